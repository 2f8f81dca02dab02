"""Content to a Book, and all kinds of mistakes in content."""

from __future__ import annotations

import json
import os
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageFile

from crib.limits import FENCES_IN_A_ROW, FILE_BYTES, MARKS_IN_A_ROW, NESTING, PICTURE_BYTES
from crib.lint import lint
from crib.model.tree import plain, walk
from crib.pipeline.reading import read
from crib.problems import ContentError
from crib.source import read_book
from tests.conftest import ANSWER, BOOK, FRONT, ROOT, MakeBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.problems import Problem

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da63fcff1f0003030200efa2a75b0000000049454e44ae426082"
)


def problems(folder: Path) -> list[tuple[str, int, str]]:
    """Return file name, line and code of each problem in the book at *folder*."""
    reading = read_book(folder)
    found: list[Problem] = [*reading.problems, *lint(reading.book, complete=reading.complete)]
    for problem in found:
        assert str(problem).startswith(f"{folder}/"), "a problem is named by the path the user typed"
    return [(Path(p.file).name, p.line, p.code) for p in sorted(set(found))]


def in_chapter(folder: Path) -> list[tuple[int, str]]:
    """Return line and code of each problem; all are in the chapter."""
    found = problems(folder)
    assert {name for name, _, _ in found} <= {"01-first-steps.md"}
    return [(line, code) for _, line, code in found]


def test_a_book_without_problems(make_book: MakeBook) -> None:
    """An answer needs only a question with key, a gist and a body."""
    folder = make_book()
    assert problems(folder) == []
    [answer] = read_book(folder).book.answers
    assert (answer.key, answer.code, answer.line) == ("answer", "1.1", 6)
    assert plain(answer.question) == "What is an answer?"
    assert plain(answer.gist) == "What a question asks for."
    assert plain(answer.body) == "Whatever settles the question."


def test_the_shipped_book_has_no_problems(shipped: object) -> None:
    """It passes our own rules."""
    del shipped
    reading = read_book(ROOT / "content")
    assert [*reading.problems, *lint(reading.book)] == []


def test_the_books_that_the_documentation_shows(tmp_path: Path) -> None:
    """Examples for beginners have no problems: the least book only warnings, the others none."""
    page = (ROOT / "docs/format.md").read_text()
    least, full, kinds, *_ = re.findall(r"^```markdown\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    [settings] = re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "biology.md").write_text(least)
    assert problems(tmp_path) == [("biology.md", 3, "no-key"), ("book.yaml", 0, "no-released")]
    (tmp_path / "biology.md").unlink()
    (tmp_path / "04-training-models.md").write_text(full)
    (tmp_path / "05-kinds.md").write_text(kinds)
    (tmp_path / "book.yaml").write_text(settings)
    (tmp_path / "tags.yaml").write_text("gradient-descent: going downhill\n")
    assert problems(tmp_path) == []


def test_everything_an_answer_may_hold(make_book: MakeBook) -> None:
    """Attributes and blocks end up in the model, and nowhere else."""
    folder = make_book(
        '## Why *so*? {#why n=7 tags="a b-c" level=derive see="answer"}\n\n'
        "::: gist\nBecause.\n:::\n\nA body[^1] with $x^2$.\n\n[^1]: Of text.\n\n"
        "::: tip\nMore.\n:::\n\n::: hint\nThink.\n:::\n\n::: cloze\nIt is [so]{.c1}.\n:::\n\n"
        "::: {.since date=2024-02}\nThen.\n:::\n\n" + ANSWER
    )
    assert in_chapter(folder) == []
    answer = next(read_book(folder).book.answers)
    assert (answer.code, answer.tags, answer.level, answer.see) == ("1.7", ("a", "b-c"), "derive", ("answer",))
    assert (plain(answer.hint), plain(answer.cloze)) == ("Think.", "It is so.")
    assert [block["t"] for block in answer.body] == ["Para", "Div", "Div"]


def test_numbers_go_on_from_the_last(make_book: MakeBook) -> None:
    """An answer without `n` comes after the one before it."""
    folder = make_book(ANSWER.replace("{#answer}", "{#first n=4}") + ANSWER)
    assert [answer.code for answer in read_book(folder).book.answers] == ["1.4", "1.5"]


def test_no_position_is_left_in_the_tree(make_book: MakeBook) -> None:
    """The position wrappers of pandoc never reach an output."""
    folder = make_book(ANSWER + "\n- a *b* `c`\n\n| d | e |\n|---|---|\n| f | g |\n")
    for answer in read_book(folder).book.answers:
        for element in walk(list(answer.parts)):
            assert "data-pos" not in str(element)
            assert "wrapper" not in str(element)


def test_line_ends_and_byte_order_marks(make_book: MakeBook) -> None:
    """Files from any editor read the same."""
    text = FRONT + ANSWER
    for end in ("\r\n", "\r"):
        folder = make_book(b"\xef\xbb\xbf" + text.replace("\n", end).encode())
        assert in_chapter(folder) == []
        chapters = read_book(folder).book.chapters
        assert chapters == read_book(make_book()).book.chapters


def test_a_chapter_with_only_exercises(make_book: MakeBook) -> None:
    """A chapter may point elsewhere for all of its exercises."""
    folder = make_book("", front="---\ntitle: X\nnumber: 1\nexercises: {1-3: notebooks, 5: notebooks}\n---\n")
    assert in_chapter(folder) == []
    [chapter] = read_book(folder).book.chapters
    assert [(e.numbers, e.source.title) for e in chapter.exercises] == [
        ("1–3", "the notebooks"),
        ("5", "the notebooks"),
    ]


GIST = "::: gist\nIn short.\n:::\n\n"
HEAD = "## Why? {#why}\n\n"
START = HEAD + GIST  # the body begins on line 12
FIGURE = "![Alt](figures/dot.png)\n\n"
STRIP = "| Name | Formula | Holds |\n|:--|:--|:--|\n"
PRACTICE = "::: practice\nIt is [{}]{{.measured {}}}.\n:::"
TABLE = "| a | b |\n|:--|:--|\n| 1 | 2 |\n\n"


@pytest.mark.parametrize(
    ("chapter", "line", "code"),
    [
        ("## Why?\n\n" + GIST + "Text.", 6, "no-key"),
        ("## Why? {#Why}\n\n" + GIST + "Text.", 6, "bad-key"),
        (HEAD, 6, "no-answer"),
        (HEAD + "::: hint\nThink.\n:::", 6, "no-answer"),
        ("Hello.\n\n" + ANSWER, 6, "stray-text"),
        ("# Why? {#why}\n\n" + GIST + "Text.", 6, "heading"),
        ("## Why? {#why .big}\n\n" + GIST + "Text.", 6, "attribute"),
        ("## Why? {#why onclick=x}\n\n" + GIST + "Text.", 6, "unknown-key"),
        ("## Why? {#why n=1 n=2}\n\n" + GIST + "Text.", 6, "duplicate-key"),
        ("## Why? {#why n=0}\n\n" + GIST + "Text.", 6, "wrong-value"),
        ("## Why? {#why level=hard}\n\n" + GIST + "Text.", 6, "wrong-value"),
        ('## Why? {#why tags="A B"}\n\n' + GIST + "Text.", 6, "wrong-value"),
        ("## Why?[^1] {#why}\n\n" + GIST + "Text.\n\n[^1]: N.", 6, "misplaced-note"),
        (START + "Text.\n\n::: gist\nMore.\n:::", 14, "duplicate-block"),
        (START + "- Text.\n\n  ::: hint\n  More.\n  :::", 14, "nested-block"),
        (START + "Text.\n\n::: cloze\nMore.\n:::", 15, "no-gap"),
        (START + "Text [gap]{.c1}.", 12, "misplaced-gap"),
        (START + "Text.\n\n::: cloze\nA [gap]{.c1} and [ ]{.c2}.\n:::", 15, "empty-gap"),
        (START + "Text.\n\n::: cloze\nA [gap in [a gap]{.c1}]{.c2}.\n:::", 15, "nested-gap"),
        (START + "Text [words]{.red}.", 12, "attribute"),
        (START + 'Text [words]{.term as=" "}.', 12, "wrong-value"),
        (START + "Text [words]{.term lang=fr}.", 12, "unknown-key"),
        (START + "Text [words]{lang=french}.", 12, "language"),
        (START + "Text [some *words*]{.term}.", 12, "term"),
        (START + "Text []{.term}.", 12, "term"),
        ("## Why [so]{.term}? {#why}\n\n" + GIST + "Text.", 6, "misplaced-term"),
        (HEAD + GIST.replace("short", "[short]{.term}") + "Text.", 9, "misplaced-term"),
        (START + "![A [picture]{.term}](figures/dot.png)", 12, "misplaced-term"),
        (START + "Text.\n\n::: description\nMore.\n:::", 14, "misplaced-description"),
        (START + "::: description\nMore.\n:::\n\n" + FIGURE, 12, "misplaced-description"),
        (START + "- Nothing:\n\n- : here", 14, "misplaced-caption"),
        (START + TABLE + "- Far\n\n- : away", 18, "misplaced-caption"),
        (START + TABLE + ": One\n\n: Two", 16, "duplicate-caption"),
        (START + TABLE + ":", 16, "empty-caption"),
        (START + FIGURE + "Text.\n\n::: description\nMore.\n:::", 16, "misplaced-description"),
        (START + "Text ![Alt](figures/dot.png)\n\n::: description\nMore.\n:::", 14, "misplaced-description"),
        (START + FIGURE + "::: description\nMore.\n:::\n\n::: description\nEven more.\n:::", 18, "duplicate-block"),
        (START + FIGURE + "::: description\n:::", 14, "empty-description"),
        (START + FIGURE + "::: description\n![Alt](figures/dot.png)\n:::", 15, "in-description"),
        (START + FIGURE + "::: description\n::: tip\nMore.\n:::\n:::", 15, "in-description"),
        (START + FIGURE + "::: description\nMore.[^1]\n:::\n\n[^1]: N.", 15, "in-description"),
        (START + FIGURE + "::: description\nA [term]{.term}.\n:::", 15, "in-description"),
        (START + FIGURE + "::: description\nA [gap]{.c1}.\n:::", 15, "in-description"),
        (START + FIGURE + "::: {.description lang=fr}\nMore.\n:::", 14, "attribute"),
        (START + FIGURE + "::: description\nTensorflow [is](#nowhere).\n:::", 15, "broken-link"),
        (START + "Text.\n\n::: {.since date=soon}\nMore.\n:::", 14, "wrong-value"),
        (START + "Text.\n\n::: {.since}\nMore.\n:::", 14, "missing-key"),
        (START + "Text.\n\n::: joke\nMore.\n:::", 14, "unknown-block"),
        (START + "Text.\n\n::: practice\nOne.\n:::\n\n::: practice\nTwo.\n:::", 18, "duplicate-block"),
        (START + "Text.\n\n::: tip\n::: practice\nMore.\n:::\n:::", 15, "nested-block"),
        (START + "Text [3]{.measured as=x within=1}.", 12, "misplaced-number"),
        (START + PRACTICE.format("three", "as=x within=1"), 13, "measured"),
        (START + PRACTICE.format("*3*a", "as=x within=1"), 13, "measured"),
        (START + PRACTICE.format("3", "within=1"), 13, "missing-key"),
        (START + PRACTICE.format("3", "as=x within=some"), 13, "wrong-value"),
        (START + PRACTICE.format("3", "as=X within=1%"), 13, "wrong-value"),
        (START + PRACTICE.format("3", "as=x within=1 style=y"), 13, "unknown-key"),
        (START + PRACTICE.format("3]{.measured as=x within=1} [3", "as=x within=1"), 13, "duplicate-key"),
        ("## Why? {#why}\n\n::: practice\nMore.\n:::", 6, "no-answer"),
        (START + "Text.\n\n::: {.tip style=x}\nMore.\n:::", 14, "attribute"),
        (START + "Text.\n\n::: tip\nMore.", 14, "unclosed"),
        (START + "Text.\n\n```\nMore.", 14, "unclosed"),
        (START + "Text.\n\n:::\n", 14, "stray-fence"),
        (START + "Text <u>bold</u>.", 12, "raw-html"),
        (START + "<script>alert(1)</script>\n\nText.", 12, "raw-html"),
        (START + "Text.\n\n<!-- a comment", 14, "unclosed"),
        (START + "`<b>`{=html} Text.", 12, "unbalanced-html"),
        (START + "Text </b> more.", 12, "unbalanced-html"),
        (START + "Text `</i><script>alert(1)</script>`{=html}.", 12, "raw-html"),
        (START + "[Text](javascript:alert(1))", 12, "link"),
        (START + "[Text](JAVASCRIPT:alert(1))", 12, "link"),
        (START + "[Text](data:text/html,x)", 12, "link"),
        (START + "[Text](other.md)", 12, "link"),
        (START + "[Text](https://)", 12, "link"),
        (START + "[Text](http:///foo)", 12, "link"),
        (START + "[Text](http://example.org:x/)", 12, "link"),
        (START + "[Text](https://example.org/%zz)", 12, "link"),
        (START + "[Text](https://example.org/?x=\\beta)", 12, "link"),
        (START + "[Text](mailto:)", 12, "link"),
        (START + "[Text](https://example.org){target=x}", 12, "attribute"),
        (START + "Text *x*{onclick=y}", 12, "attribute"),
        (START + "`Text`{onclick=y}", 12, "attribute"),
        (START + "[Text](#nowhere)", 12, "broken-link"),
        ("## Why? {#why n=A}\n\n" + GIST + "Text.", 6, "wrong-value"),
        ("## Why? {#why n=9000}\n\n" + GIST + "Text.", 6, "wrong-value"),
        ("## Why? {#why source=nowhere}\n\n" + GIST + "Text.", 6, "unknown-source"),
        ('## Why? {#why see="nowhere"}\n\n' + GIST + "Text.", 6, "broken-link"),
        (START + "![](figures/dot.png)", 12, "alt-text"),
        (START + "![Alt](figures/none.png)", 12, "image"),
        (START + "![Alt](../../etc/passwd)", 12, "image"),
        (START + "![Alt](../content/figures/dot.png)\n\n![Alt](../book.png)", 14, "image"),
        (START + "![Alt](%2e%2e/%2e%2e/etc/passwd)", 12, "image"),
        (START + "![Alt](/etc/hostname)", 12, "image"),
        (START + "![Alt](file:///etc/hostname)", 12, "image"),
        (START + "![Alt](http://example.org/x.png)", 12, "image"),
        (START + "![Alt](//example.org/x.png)", 12, "image"),
        (START + "![Alt](data:image/png;base64,AAAA)", 12, "image"),
        (START + "![Alt](book.yaml)", 12, "image"),
        (START + "![Alt](figures/dot.png){width=1}", 12, "unknown-key"),
        (START + "![Alt](figures/dot.png){.wide}", 12, "attribute"),
        (START + "![Alt](figures/dot.png){sheet=false}", 12, "wrong-value"),
        (START + "Text ![Alt](figures/dot.png){sheet=true}", 12, "misplaced-image"),
        (HEAD + "::: gist\n![Alt](figures/dot.png){sheet=true}\n:::", 9, "misplaced-image"),
        (START + "$\\frac{a}$", 12, "math"),
        (START + "$\\frac{a$", 12, "stray-dollar"),
        (START + "It costs $5.", 12, "stray-dollar"),
        (START + "Text\n\n$$\\nosuch$$", 14, "math"),
        (START + "$x" + "+x" * 4_000 + "$", 12, "math"),
        (START + "$\\href{javascript:x}{y}$", 12, "math"),
        (START + "$\\newcommand{\\x}{y}$", 12, "math"),
        (START + "$\\DeclareMathOperator{\\x}{y}$", 12, "math"),
        (START + "Text.[^1]", 12, "undefined-note"),
        (START + "Text.\n\n[^1]: Note.", 14, "unused-note"),
        (START + "Text.[^1]\n\n[^1]: Note.\n\n[^1]: Note.", 16, "duplicate-note"),
        (START + "|   |   |\n|---|---|\n| 1 | 2 |", 12, "table-header"),
        (START + "|   | a |   |\n|---|---|---|\n| 1 | 2 | 3 |", 12, "table-header"),
        (START + "Text.\n\n***\n\nText.", 14, "not-allowed"),
        (START + "> " * NESTING + "> Text.", 12, "too-deep"),
        (START + "> " * MARKS_IN_A_ROW + "Text.", 12, "too-deep"),
        (START + "*" * 20_000, 12, "too-deep"),
        (START + "Text.\n\n" + "::: tip\n" * FENCES_IN_A_ROW + "Text.", 14, "too-deep"),
        (START + "| a | b |\n|---|---|\n| `x|y` | z |", 14, "table-cells"),
        (START + "- | a | b |\n  |---|---|\n  | `x|y` | z |", 14, "table-cells"),
        (
            START + "[^1]: N.\n\n    | a | b |\n    |---|---|\n    | `x|y` | z |\n    | 1 |\n\nText.[^1]",
            16,
            "table-cells",
        ),
        (START + "- " * 90 + "Text.", 12, "too-deep"),
        (START + "Text\n[words]{data-pos=9999:1-2}.", 13, "attribute"),
        (START + "1. Text.\n   a. More.", 12, "swallowed-list"),
        (START + "Text &#x1f; more.", 12, "control-character"),
        (START + "Text\x00.", 12, "control-character"),
        (START + "Text\x1f.", 12, "control-character"),
        (START + "Text \ufffe more.", 12, "control-character"),
        (START + "Text &#xffff; more.", 12, "control-character"),
        (ANSWER + ANSWER, 13, "duplicate-key"),
        (ANSWER + ANSWER.replace("{#answer}", "{#other n=1}"), 13, "duplicate-number"),
    ],
)
def test_bad_chapter(make_book: MakeBook, chapter: str, line: int, code: str) -> None:
    """Each mistake is reported once, with its line and code."""
    folder = make_book(chapter, **{"figures/dot.png": PNG})
    assert in_chapter(folder) == [(line, code)]


@pytest.mark.parametrize(
    ("front", "line", "code"),
    [
        ("title: X\nnumber: 1\n\n", 1, "stray-text"),
        ("---\ntitle: X\nnumber: 1\n\n", 1, "front-matter"),
        ("---\ntitle: X: Y\nnumber: 1\n---\n", 2, "yaml"),
        ("---\ntitle: [X\nnumber: 1\n---\n", 3, "yaml"),
        ("---\n- title\n---\n", 1, "yaml"),
        ("---\ntitle: &a X\nnumber: *a\n---\n", 3, "yaml"),
        ("---\ntitle: !!timestamp maybe\nnumber: 1\n---\n", 2, "yaml"),
        ("---\ntitle: X\nnumber: !!int ''\n---\n", 3, "yaml"),
        ("---\ntitle: X\nnumber: 1\nexercises: !!set {1}\n---\n", 4, "yaml"),
        ('---\ntitle: "\\0"\nnumber: 1\n---\n', 2, "yaml"),
        ('---\nnumber: 1\n"\\ud800": X\n---\n', 3, "yaml"),
        ("---\ntitle: The area of $r^2$\nnumber: 1\n---\n", 2, "title"),
        ("---\nnumber: 1\ntitle: The function `fit()`\n---\n", 3, "title"),
        ("---\ntitle: A *new* beginning\nnumber: 1\n---\n", 2, "title"),
        ("---\ntitle: __Trees__ and forests\nnumber: 1\n---\n", 2, "title"),
        ("---\ntitle: See [there](https://example.org)\nnumber: 1\n---\n", 2, "title"),
        ("---\ntitle: X\nnumber: 1\nnubmer: 1\n---\n", 4, "unknown-key"),
        ("---\ntitle: X\nnumber: one\n---\n", 3, "wrong-value"),
        ("---\ntitle: 7\nnumber: 1\n---\n", 2, "wrong-value"),
        ("---\ntitle: [X]\nnumber: 1\n---\n", 2, "wrong-value"),
        ("---\ntitle: X\nnumber: 1\ntitle: Y\n---\n", 4, "duplicate-key"),
        ("---\ntitle: X\nnumber: 2\n---\n", 1, "chapter-number"),
        ("---\ntitle: X\nnumber: 1\nexercises: {a: notebooks}\n---\n", 4, "wrong-value"),
        ("---\ntitle: X\nnumber: 1\nexercises: {8: nowhere}\n---\n", 4, "unknown-source"),
        ("---\ntitle: Exercises\nnumber: 1\nexercises:\n  7: notebooks\n  8: no\n---\n", 6, "unknown-source"),
        ('---\ntitle: X\nnumber: 1\n"exerci\\x73es": {8: nowhere}\n---\n', 4, "unknown-source"),
        ("---\ntitle: X\nnumber: 1\nexercises:\n  10-8: notebooks\n---\n", 5, "exercises"),
        ("---\ntitle: X\nnumber: 1\nexercises:\n  8-10: notebooks\n  9: notebooks\n---\n", 6, "exercises"),
        ("---\ntitle: X\nnumber: 1\nexercises:\n  all: notebooks\n  2: notebooks\n---\n", 6, "exercises"),
    ],
)
def test_bad_front_matter(make_book: MakeBook, front: str, line: int, code: str) -> None:
    """Missing, unknown and invalid settings are reported with their line."""
    assert (line, code) in in_chapter(make_book(front=front))
    assert len(in_chapter(make_book(front=front))) <= 2


@pytest.mark.parametrize(
    "title", ["From $5 to $10, or $20", "The A* search", "snake_case_names", "2 * 3 * 4", "a [sic] b", "It’s `", "πr²"]
)
def test_a_title_of_plain_text(make_book: MakeBook, title: str) -> None:
    """Signs similar to markup are allowed in a title."""
    folder = make_book(front=f"---\ntitle: {json.dumps(title)}\nnumber: 1\n---\n\n")
    assert in_chapter(folder) == []
    assert read_book(folder).book.chapters[0].title == title


def test_a_title_as_a_heading(make_book: MakeBook) -> None:
    """The words of the heading are the title, whatever their looks; a formula cannot be one."""
    folder = make_book(f"# The *first* `steps`\n\n{START}Text.", front="")
    assert problems(folder) == []
    assert read_book(folder).book.chapters[0].title == "The first steps"
    assert in_chapter(make_book(f"# The area $r^2$\n\n{START}Text.", front="")) == [(1, "title")]


@pytest.mark.parametrize("slip", ["sources: [notebooks]\n", "title: X: Y\n"])
def test_a_slip_in_the_settings_comes_first(make_book: MakeBook, slip: str) -> None:
    """Problems of book.yaml precede those of chapters, and unreadable sources are not reported as missing."""
    settings = BOOK.partition("sources:")[0] + slip
    folder = make_book(front="---\ntitle: X\nnumber: 1\nexercises: {8: notebooks}\nnubmer: 1\n---\n", book=settings)
    with pytest.raises(ContentError) as error:
        read(folder)
    found = [(Path(problem.file).name, problem.code) for problem in error.value.problems]
    assert found[0][0] == "book.yaml"
    assert found[-1] == ("01-first-steps.md", "unknown-key")
    assert "unknown-source" not in dict(found).values()


@pytest.mark.parametrize(
    ("strip", "line", "code"),
    [
        ("Words.", 6, "formulas"),
        ("| a | b |\n|--|--|\n| x | $x$ |", 6, "formulas"),
        (STRIP + "| x | no formula | |", 9, "formulas"),
        (STRIP + "| | $x$ | |", 9, "formulas"),
        (STRIP + "| x | $x$ | [there](#why) |", 9, "formulas"),
        (STRIP + "| x | $x$ | |\n" * 9, 6, "formulas"),
        (STRIP + "| x | $\\nosuch$ | |", 9, "math"),
        (STRIP + "| x | $x$ | |\n\nWords.", 6, "formulas"),
    ],
)
def test_bad_formula_strips(make_book: MakeBook, strip: str, line: int, code: str) -> None:
    """A strip has a table of at most eight formulas with their names, and no text in need of another page."""
    assert in_chapter(make_book(f"::: formulas\n{strip}\n:::\n\n{START}Text.")) == [(line, code)]


def test_a_misplaced_formula_strip(make_book: MakeBook) -> None:
    """It belongs before the first question, but may follow a title."""
    strip = f"::: formulas\n{STRIP}| x | $x$ | |\n:::\n\n"
    assert in_chapter(make_book(f"{START}Text.\n\n{strip}")) == [(14, "misplaced-block")]
    folder = make_book(f"# Title\n\n{strip}{START}Text.", front="")
    assert problems(folder) == []
    assert len(read_book(folder).book.chapters[0].formulas) == 1


@pytest.mark.parametrize(
    ("book", "line", "code"),
    [
        ("just words", 1, "yaml"),
        (BOOK.replace("title:", "titel:"), 2, "unknown-key"),
        (BOOK.replace("small-book", "Small Book"), 1, "wrong-value"),
        (BOOK.replace("2024-02-29", "2023-02-29"), 7, "wrong-value"),
        (BOOK.replace("2024-02-29", "yesterday"), 7, "wrong-value"),
        (BOOK.replace("2024-02-29", "2100-01-01"), 7, "wrong-value"),
        (BOOK.replace("2024-02-29", "0001-01-01"), 7, "wrong-value"),
        (BOOK.replace("[The Crib contributors]", "[]"), 3, "wrong-value"),
        (BOOK.replace("en-US", "english please"), 4, "wrong-value"),
        (BOOK.replace("https://example.org/notebooks", "javascript:x"), 9, "wrong-value"),
        (BOOK.replace("https://example.org/notebooks", "https:///x"), 9, "wrong-value"),
        (BOOK.replace("https://example.org/notebooks", "https://example.org/%zz"), 9, "wrong-value"),
        (BOOK + "a: &a [x]\nb: *a\n", 11, "yaml"),
        (BOOK + "style:\n  gist: {least: 50, most: 10}\n", 11, "wrong-value"),
        (BOOK + "style:\n  gist: {least: 50}\n", 11, "wrong-value"),
        (BOOK + "style:\n  gist: {most: few}\n", 11, "wrong-value"),
        (BOOK + "style:\n  gist: {least: 5, moist: 10}\n", 11, "unknown-key"),
        (BOOK + "style:\n  gist: demanded\n", 11, "wrong-value"),
        (BOOK.replace("title: the notebooks, ", ""), 9, "missing-key"),
    ],
)
def test_bad_book_settings(make_book: MakeBook, book: str, line: int, code: str) -> None:
    """Bad settings in book.yaml are reported, too."""
    assert ("book.yaml", line, code) in problems(make_book(book=book))


SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:d='http://purl.org/dc/elements/1.1/'>"


def chain(levels: int, width: int) -> str:
    """Return groups of an SVG, each using the one before *width* times."""
    groups = (f"<g id='a{i}'>" + f"<use href='#a{i - 1}'/>" * width + "</g>" for i in range(1, levels))
    return "<g id='a0'/>" + "".join(groups)


@pytest.mark.parametrize(
    ("svg", "word"),
    [
        ("<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "script"),
        ("<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "onload"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><image href='http://example.org/x.png'/></svg>", "external file"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><rect fill='url(http://example.org/#x)'/></svg>", "fetches"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><style>@import 'x.css';</style></svg>", "fetches"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><foreignObject/></svg>", "foreignObject"),
        ("<!DOCTYPE svg [<!ENTITY x 'y'>]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>", "cannot"),
        ("<svg", "cannot"),
        ("<html/>", "cannot"),
        ("<svg/>", "cannot"),
        ("<?xml version='1.0' encoding='euc-jp'?><svg xmlns='http://www.w3.org/2000/svg'/>", "cannot"),
        ("<?xml-stylesheet href='x.css'?><svg xmlns='http://www.w3.org/2000/svg'/>", "cannot"),
        (f"{SVG}<style>rect{{fill:u\\72l(http://example.org/x)}}</style></svg>", "fetches"),
        (f"{SVG}<style>@\\69mport 'x.css';</style></svg>", "fetches"),
        (f"{SVG}<g style='background:image-set(\"http://example.org/x\" 1x)'/></svg>", "fetches"),
        (f"{SVG}<g xml:base='http://example.org/'/></svg>", "external file"),
        (f"{SVG}<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='x'/></svg>", "<img>"),
        (f"{SVG}<g id='a'><use href='#a'/></g></svg>", "refers to itself"),
        (f"{SVG}<pattern id='%61'><g fill='url(#%61)'/></pattern></svg>", "refers to itself"),
        (SVG + "<g>" * 100 + "</g>" * 100 + "</svg>", "too deep"),
        (SVG + chain(100, 1) + "</svg>", "too deep"),
        (SVG + chain(10, 10) + "</svg>", "too many"),
        (f"{SVG}<style>g{{fill:url(#a)}}</style><pattern id='a'><g/></pattern></svg>", "refers to `#a`"),
    ],
)
def test_bad_pictures(make_book: MakeBook, svg: str, word: str) -> None:
    """An active, fetching or broken picture is refused with the reason."""
    folder = make_book(START + "![Alt](figures/bad.svg)", **{"figures/bad.svg": svg})
    [problem] = read_book(folder).problems
    assert (problem.code, problem.line) == ("image", 12)
    assert word in problem.text


def test_a_picture_as_drawing_programs_save_it(make_book: MakeBook) -> None:
    """Their notes, gradients by class, and shapes drawn a thousand times are accepted."""
    svg = (
        f"{SVG}<!-- Made by hand --><metadata><d:title>A tree</d:title></metadata>"
        "<style>.a{fill:url(#fade)}</style><linearGradient id='fade'><stop offset='0'/></linearGradient>"
        "<image href='data:image/png;base64,AAAA'/>" + chain(4, 10) + "</svg>"
    )
    assert problems(make_book(START + "![Alt](figures/x.svg)", **{"figures/x.svg": svg})) == []


def test_every_script_is_told_also_beside_tags_that_are(make_book: MakeBook) -> None:
    """Only an end tag, possibly part of a reported element, is not reported itself."""
    told = read_book(make_book(START + "<u>x</u> `</i><script>x</script>`{=html} `</b x>`{=html}")).problems
    assert [p.text for p in told] == ["raw html: <u>", "raw html: <script>"]


@pytest.mark.parametrize("depth", [200, 400])
def test_text_nested_without_end(make_book: MakeBook, depth: int) -> None:
    """However deep it goes, there is no traceback."""
    told = {code for _, code in in_chapter(make_book(START + "[a " * depth + "]{.c1}" * depth))}
    assert told & {"pandoc", "too-deep"}


def test_an_open_gist_that_swallows_the_next_question(make_book: MakeBook) -> None:
    """The question after it is read all the same."""
    folder = make_book(HEAD + "::: gist\nShort.\n\nText.\n\n" + ANSWER)
    assert in_chapter(folder) == [(8, "unclosed")]
    assert [answer.key for answer in read_book(folder).book.answers] == ["why", "answer"]


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|:--|--:|\n| `x\\|y` | $\\lvert z\\rvert$ |\n| c |",
        "a | b\n--|--\nc | d",
        "- x\n\n  | a | b |\n  |---|---|\n  | c | d |\n- | a | b |\n  |---|---|\n  | c | d |",
        "> | a | b |\n> |---|---|\n> | c | d |",
        "[^1]: Note\n\n    | a | b |\n    |---|---|\n    | 1 | 2 |\n    | 3 | 4 |\n\nText[^1]",
        "1. Text.\n\n   a. More.\n\n   b. Still more.",
        "In this line we say\na. m. and mean the morning.",
        "Text with ::: in it, `[^a-z]`, a_b_c, 5 < 6 & 7, {{ braces }}, {% tags %} and C:\\\\path.",
        "/" + "*" * 120 + "\n\n```c\n/" + "*" * 120 + "/\n```",
        "No note: \\[^a-z], [\\^a-z].",
        "`#include <x>` and &lt;script&gt; and <https://example.org/a_b_c?d=1&e=$2%20>, <me@example.org>.",
    ],
)
def test_innocent_text(make_book: MakeBook, text: str) -> None:
    """Correct text is not reported."""
    assert in_chapter(make_book(START + text)) == []


def test_a_dollar_with_a_backslash(make_book: MakeBook) -> None:
    """A dollar sign after a backslash is money."""
    assert in_chapter(make_book(START + r"It costs \$5 or `$6`.")) == []


def test_notes_and_code(make_book: MakeBook) -> None:
    """A note may hold code, and code may look like a note."""
    body = "Text.[^1]\n\n[^1]: Note.\n\n    ```\n    x = 1\n    ```\n\n```\n[^1]: x\n\n[^2]: y\n```\n"
    assert in_chapter(make_book(START + body)) == []
    apart = "Text.[^1]\n\nMore.\n\nAnd more.\n\n[^1]: Note.\n\n    ```\n    x = 1\n    ```\n"
    assert in_chapter(make_book(START + apart)) == []


def picture(image: str, width: int) -> bytes:
    """Return a black square in this format."""
    with BytesIO() as file:
        Image.new("1" if image == "PNG" else "L", (width, width)).save(file, image)
        return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("bad.png", lambda: b"not a picture", "not a PNG"),
        ("bad.jpg", lambda: picture("JPEG", 300)[:-200], "not a JPEG"),
        ("large.png", lambda: picture("PNG", 10_000), "pixels"),
        ("larger.png", lambda: picture("PNG", 16_000), "pixels"),
        ("heavy.png", lambda: PNG + bytes(PICTURE_BYTES), "too large"),
    ],
    ids=lambda value: "" if callable(value) else value,
)
def test_bitmaps_that_cannot_be_printed(make_book: MakeBook, name: str, data: Callable[[], bytes], word: str) -> None:
    """A bitmap is opened to its end, not believed, whatever WeasyPrint thinks enough."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    folder = make_book(START + f"![Alt](figures/{name})", **{f"figures/{name}": data()})
    [problem] = read_book(folder).problems
    assert (problem.line, problem.code) == (12, "image")
    assert word in problem.text


def test_a_picture_behind_a_link_out_of_the_book(make_book: MakeBook, tmp_path: Path) -> None:
    """Symbolic links are resolved before the check."""
    (tmp_path / "secret.png").write_bytes(PNG)
    folder = make_book(START + "![Alt](figures/link.png)", **{"figures/dot.png": PNG})
    (folder / "figures/link.png").symlink_to(tmp_path / "secret.png")
    assert in_chapter(folder) == [(12, "image")]


def test_a_file_that_only_leads_to_one(make_book: MakeBook, tmp_path: Path) -> None:
    """Only files of the folder are read, and no endless ones."""
    folder = make_book()
    (tmp_path / "secret").write_text(FRONT + ANSWER)
    (folder / "02-out.md").symlink_to(tmp_path / "secret")
    (folder / "03-zero.md").symlink_to("/dev/zero")
    os.mkfifo(folder / "04-pipe.md")
    for name in ("tags.yaml", "notation.md", "retired.md", "anki.lock"):
        os.mkfifo(folder / name)
    names = ["02-out.md", "03-zero.md", "04-pipe.md", "anki.lock", "notation.md", "retired.md", "tags.yaml"]
    assert problems(folder) == [(name, 1, "unreadable") for name in names]


def test_bytes_that_are_no_text(make_book: MakeBook) -> None:
    """Latin-1 is not guessed at; the line of the first bad byte is reported."""
    assert in_chapter(make_book((FRONT + "caf\xe9").encode("latin-1"))) == [(6, "encoding")]


def test_a_file_that_is_too_large(make_book: MakeBook) -> None:
    """A file is not even read if it is too large."""
    assert in_chapter(make_book(ANSWER + "x" * FILE_BYTES)) == [(1, "too-large")]


def test_a_chapter_in_a_subfolder(make_book: MakeBook) -> None:
    """A chapter in a subfolder is reported, not skipped silently."""
    folder = make_book(**{"part2/04-d.md": ANSWER, "part2/notes.md": ANSWER})
    assert problems(folder) == [("04-d.md", 1, "file-name")]


STYLE = """\
style:
  gist: {least: 20, most: 40}
  question: "?"
  names: [TensorFlow, mini-batch, Gradient Descent, \u03bc-law]
"""


@pytest.mark.parametrize(
    ("chapter", "found"),
    [
        (ANSWER, []),
        (ANSWER.replace("What a question asks for.", "Too short."), [(6, "gist-length")]),
        (
            ANSWER.replace("What a question asks for.", "A gist that goes on and on, and then on again."),
            [(6, "gist-length")],
        ),
        (ANSWER.replace("What a question asks for.", "| a | b |\n|---|---|\n| c | d |"), []),
        (ANSWER.replace("for.", "for.\n\n$$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa$$"), []),
        (
            ANSWER.replace("for.", f"for.\n\n{FIGURE}::: description\n{'Long. ' * 9}\n:::"),
            [],
        ),
        (ANSWER.replace("for.", f"for.\n\n- {FIGURE}  ::: description\n  {'Long. ' * 9}\n  :::"), []),
        (ANSWER + f"\n{FIGURE}::: description\nTensorflow.\n:::\n", [(17, "name")]),
        (ANSWER.replace("answer? {", "answer. {"), [(6, "question-end")]),
        (ANSWER + "\nText of\nTensorflow.\n", [(15, "name")]),
        (ANSWER + "\nIts gradient\ndescent, minibatch.\n", [(14, "name"), (15, "name")]),
        (ANSWER + "\n> - *TENSORFLOW*\n", [(14, "name")]),
        (ANSWER + "\nMini-batch TensorFlow, Gradient\nDescent, mini-batches.\n", []),
        (ANSWER + "\nA \u00b5-law, and then \u03bc-law.\n", [(14, "name")]),
        (ANSWER + "\n`tensorflow` $minibatch$ [t](https://tensorflow.org) tensorflow.org tensorflow/io\n", []),
    ],
)
def test_the_style_of_a_book(make_book: MakeBook, chapter: str, found: list[tuple[int, str]]) -> None:
    """A book may demand more of its answers; by default it demands nothing."""
    files = {"figures/dot.png": PNG}
    plain_book = make_book(chapter, **files)
    assert in_chapter(plain_book) == []
    reading = read_book(make_book(chapter, book=BOOK + STYLE, **files))
    problems_found = [*reading.problems, *lint(reading.book)]
    assert sorted((p.line, p.code) for p in problems_found) == found


@pytest.mark.parametrize("gist", ["required", "{required: true}", "{required: true, least: 1, most: 90}"])
def test_a_book_may_require_gists(make_book: MakeBook, gist: str) -> None:
    """Otherwise an answer may be a body without a gist, or a gist without a body."""
    chapter = HEAD + "Text.\n\n" + HEAD.replace("#why", "#why-not") + GIST
    for allowed in (BOOK, BOOK + "style: {gist: {required: false}}\n", BOOK + "style: {gist: {least: 1, most: 90}}\n"):
        assert in_chapter(make_book(chapter, book=allowed)) == []
    assert in_chapter(make_book(chapter, book=f"{BOOK}style: {{gist: {gist}}}\n")) == [(6, "no-gist")]


def test_tags_that_are_not_listed(make_book: MakeBook) -> None:
    """With a tags.yaml every tag must be in it, and it must be right itself."""
    chapter = ANSWER.replace("{#answer}", '{#answer tags="known unknwon"}')
    assert in_chapter(make_book(chapter)) == []
    assert in_chapter(make_book(chapter, **{"tags.yaml": "known: yes\nunknown: no\n"})) == [(6, "unknown-tag")]
    assert problems(make_book(**{"tags.yaml": "Known: x\nb: 1\n"})) == [
        ("tags.yaml", 1, "wrong-value"),
        ("tags.yaml", 2, "wrong-value"),
    ]


def test_two_chapters_with_one_number(make_book: MakeBook) -> None:
    """Two chapters with one number are reported: codes would not be unique."""
    folder = make_book(**{"01-again.md": ANSWER.replace("#answer", "#again n=2")})
    assert problems(folder) == [("01-first-steps.md", 1, "duplicate-chapter")]


def test_all_problems_of_all_files_in_one_run(make_book: MakeBook) -> None:
    """A writer sees everything at once."""
    folder = make_book(
        "## Why?\n\n" + GIST + "[Text](javascript:x) $\\frac$",
        book=BOOK.replace("small-book", "Small Book"),
        **{"02-two.md": "Hello"},
    )
    assert {(name, code) for name, _, code in problems(folder)} == {
        ("book.yaml", "wrong-value"), ("01-first-steps.md", "no-key"), ("01-first-steps.md", "link"),
        ("01-first-steps.md", "math"), ("02-two.md", "stray-text"), ("02-two.md", "chapter-number"),
    }  # fmt: skip


def test_links_are_not_judged_while_a_chapter_is_missing(make_book: MakeBook) -> None:
    """One unreadable file does not make the links of all others look broken."""
    folder = make_book(START + "[Text](#two)", **{"02-two.md": b"\xff"})
    assert problems(folder) == [("02-two.md", 1, "encoding")]


def test_a_hint_shows_only_the_beginning_of_a_long_formula(make_book: MakeBook) -> None:
    """A hint shows only the beginning of a long formula, not to flood the terminal."""
    [problem] = lint(read_book(make_book(START + "$\\nosuch" + "+x" * 2000 + "$")).book)
    assert problem.hint == "in the formula " + "\\nosuch" + "+x" * 26 + "…"


def test_every_problem_has_a_hint_where_there_is_something_to_do(make_book: MakeBook) -> None:
    """A problem reads `FILE:LINE: error[code]: text`, with its hint below."""
    folder = make_book(HEAD)
    [problem] = read_book(folder).problems
    assert str(problem) == (
        f"{folder}/01-first-steps.md:6: error[no-answer]: this question has no answer\n"
        "  hint: write the answer below the question"
    )


def test_terms(make_book: MakeBook) -> None:
    """Words and code, in the answer and its other text parts."""
    folder = make_book(START + "A [term]{.term}, [`some` code]{.term}.[^1]\n\n[^1]: And [one]{.term}.")
    assert in_chapter(folder) == []


def test_notation(make_book: MakeBook) -> None:
    """A book may explain its signs; problems in the notation are reported like any others."""
    assert read_book(make_book()).book.notation is None
    folder = make_book(**{"notation.md": b"| Sign | Is |\n|---|---|\n| $x$ | [it](#answer) |\n"})
    assert problems(folder) == []
    notation = read_book(folder).book.notation
    assert notation
    assert [block["t"] for block in notation.blocks] == ["Table"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("# Notation", "heading"),
        ("::: tip\nMore.\n:::", "misplaced-block"),
        ("A note[^1].\n\n[^1]: Here.", "misplaced-note"),
        ("A [term]{.term}.", "misplaced-span"),
        ("![A dot](dot.png)", "misplaced-image"),
        ("Text <u>underlined</u>.", "raw-html"),
        ("A formula $\\nothing$.", "math"),
        ("A [link](#nowhere).", "broken-link"),
        ("```\nMore.", "unclosed"),
    ],
)
def test_what_notation_cannot_hold(make_book: MakeBook, line: str, code: str) -> None:
    """Each mistake is reported with its line."""
    assert problems(make_book(**{"notation.md": f"Words.\n\n{line}\n".encode()})) == [("notation.md", 3, code)]
