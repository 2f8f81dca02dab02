"""Write docs/template-list.md: every template, with its purpose and its variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import Environment, meta

from crib.home import own_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = """\
# Templates

All files that [a folder of your own](templates.md) can replace, with their purpose and variables. `make reference`
writes this page.

Style sheets have no variables. The `.html` files in `anki/` are
[templates of Anki](https://docs.ankiweb.net/templates/intro.html), whose variables are fields of a note. All others are
[templates of Jinja](https://jinja.palletsprojects.com/en/stable/templates/), whatever their suffix. Those without
variables are called by others.
"""

FOLDERS = {
    "": "Shared by all",
    "labels": "Words",
    "print": "All that is printed",
    "sheets": "Cheat sheets",
    "cards": "Flashcards",
    "quiz": "Quizzes",
    "pocket": "Pocket booklets",
    "book": "The book",
    "epub": "The e-book",
    "web": "The study page and website",
    "anki": "The Anki deck",
    "weak": "The answers that you forget",
    "preview": "The preview",
}
"""Folders of templates that can be replaced, with their headings."""

DESCRIPTIONS = {
    "anki/back.html": "the back of a card",
    "anki/book.html.j2": "the description of the whole deck",
    "anki/card.css": "the cards: colors, type and spaces, also at night",
    "anki/chapter.html.j2": "the description of a chapter's deck",
    "anki/cloze-back.html": "the back of a cloze card",
    "anki/cloze.html": "the front of a cloze card",
    "anki/front.html": "the front of a card",
    "anki/gist.html.j2": "the field *Gist*",
    "anki/hint.html.j2": "the hint in the field *Hint*, folded",
    "anki/notes.html.j2": "the footnotes below an answer",
    "anki/retired.html.j2": "the note on the card of a retired answer",
    "anki/reverse.html": "the front of a reverse card",
    "anki/reverse.html.j2": "the question on the back of a reverse card",
    "anki/see.html.j2": "the list of related questions",
    "anki/source.html.j2": "the code and source at the foot of a card",
    "anki/typed-back.html": "the back of a card whose answer is typed",
    "anki/typed-reverse-back.html": "the back of the reverse card of such a note",
    "anki/typed.css": "the field to type into",
    "anki/typed.html": "the front of a card whose answer is typed",
    "book/book.html.j2": "a part of the book: its head and pages",
    "book/chapter.html.j2": "a chapter: its title, exercises and answers",
    "cards/face.html.j2": "one side of a card",
    "epub/about.xhtml": "the page about the e-book",
    "epub/answers.xhtml": "a page of full answers",
    "epub/changes.xhtml": "the list of `since` blocks",
    "epub/container.xml": "where the package is, for reading apps",
    "epub/cover.html": "the picture on the cover",
    "epub/cover.xhtml": "the page with the cover",
    "epub/exercises.xhtml": "the exercises that are answered elsewhere",
    "epub/formulas.xhtml": "the formulas of all chapters",
    "epub/index.xhtml": "the index of terms",
    "epub/nav.xhtml": "the contents",
    "epub/notation.xhtml": "the list of symbols",
    "epub/package.opf": "the package: metadata, and the list of all files",
    "epub/page.xhtml": "the frame of every page",
    "epub/pagebreak.xhtml": "where a page of the printed book begins",
    "epub/questions.xhtml": "a page of questions",
    "epub/sheet.xhtml": "a page of gists",
    "epub/title.xhtml": "the title page",
    "epub/toc.ncx": "the contents, for old reading apps",
    "epub/topics.xhtml": "the answers of each tag",
    "print/head.html.j2": "the head of a printed page: title, metadata, style sheets",
    "quiz/quiz.html.j2": "a quiz, or its key",
    "quiz/sizes.j2": "the sizes of type in a quiz",
    "sheets/sheet.html.j2": "a cheat sheet",
    "web/sitemap.xml": "the sitemap of the website",
}
"""The purposes of templates without a comment at their start."""

VARIABLES = {
    "book": "the settings `key`, `title`, `subtitle`, `authors`, `language`, `license`, `description`, `companion`, "
    "`tags` and `publication`; `released`, a date, and `dated`, whether it was set; `direction`, `ltr` or `rtl`",
    "labels": "the words of `labels/LANGUAGE.yaml`",
    "chapter": "a chapter: `number`, `title`, `name`, `exercises`, `formulas`, and `entries` or `answers`",
    "chapters": "all chapters",
    "entries": "the answers of a chapter as HTML. Each has `code`, `key`, `level`, `tags`, `see`, `source`, "
    "`question`, `choices`, `right`, `gist`, `body`, `hint` and `notes`",
    "answer": "an answer: `code`, `key`, `level`, `tags`, `see`, `source`, `typed`",
    "answers": "answers by their keys",
    "fragments": "the HTML of answers by their keys: `question`, `choices`, `right`, `gist`, `body`, `hint`, `notes`",
    "code": "a function from a key to the code of its answer",
    "pages": "pages of a PDF, or a function from a key to its page number",
    "address": "a function from a place, such as a key, to the address that a link needs",
    "paper": "the size of the paper: its `name`, `width` and `height`",
    "grid": "the places of the cards on a sheet",
    "format": "the layout of a page, and its sizes of type",
    "number": "a number, such as that of a chapter",
    "title": "a title",
    "gist": "the gist as HTML",
    "hint": "the hint as HTML",
    "notes": "the footnotes as HTML",
    "ways": "the three ways into the e-book: questions, answers, gists",
    "contents": "the entries of the page",
    "page_breaks": "where the pages of the printed book begin",
    "is_first": "whether this is the first of several parts",
    "is_last": "whether this is the last of several parts",
    "words": "those labels that the study page needs",
}
"""Variables of several templates. Those of a single template are best read there."""

_COMMENT = re.compile(r"\s*(?:\{#|/\*\*?|//)\s*(.+?)(?:[.:;]\s|[.:;]?\s*(?:#\}|\*/))", re.DOTALL)
_FIELD = re.compile(r"\{\{[#^]?(?:\w+:)*(\w+)\}\}")


def template_list() -> str:
    """Return the text of docs/template-list.md."""
    parts = [PAGE, "## Variables\n", "| variable | contents |", "|:--|:--|"]
    parts += [f"| `{name}` | {text} |" for name, text in VARIABLES.items()]
    for folder, heading in FOLDERS.items():
        parts += [f"\n## {heading}\n", "| file | purpose | variables |", "|:--|:--|:--|", *_rows(folder)]
    return "\n".join(parts) + "\n"


def _rows(folder: str) -> Iterator[str]:
    """Yield a row for each file in *folder* of the templates."""
    for path in sorted((own_folder() / folder).iterdir()):
        if path.suffix in (".yaml", ".j2", ".css", ".html", ".xhtml", ".xml", ".opf", ".ncx", ".js"):
            name = path.relative_to(own_folder()).as_posix()
            names = ", ".join(f"`{variable}`" for variable in _variables(path))
            yield f"| `{name}` | {_description(name, path)} | {names} |"


def _description(name: str, path: Path) -> str:
    """Return the purpose of a template: its entry in `DESCRIPTIONS`, or the first sentence of its comment."""
    if name in DESCRIPTIONS:
        return DESCRIPTIONS[name]
    if path.suffix == ".yaml":
        return f"the words of the language `{path.stem}`"
    comment = _COMMENT.match(path.read_text(encoding="utf-8"))
    assert comment, f"{name} needs a comment with its purpose at its start"  # noqa: S101 - a test
    text = " ".join(comment[1].split()).replace("|", "\\|")
    text = text if text.startswith("Anki") else text[0].lower() + text[1:]
    return {".css": f"style sheet: {text}", ".js": f"script: {text}"}.get(path.suffix, text)


def _variables(path: Path) -> list[str]:
    """Return the undefined names in a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".css", ".yaml", ".js"):
        return []
    if path.parent.name == "anki" and path.suffix == ".html":
        return sorted(set(_FIELD.findall(text)) - {"FrontSide", "Deck"})
    environment = Environment(autoescape=True)
    return sorted(meta.find_undeclared_variables(environment.parse(text)) - {"direction"})
