"""The deck on the real Anki: its cards, and the learner's data after importing the same file again."""

from __future__ import annotations

import atexit
import json
import os
import pickle
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import is_normalized
from zipfile import ZipFile

import pytest
from anki.collection import Collection
from py_mini_racer import MiniRacer

from crib.home import own_folder
from crib.markup import mathjax
from crib.model.tree import walk
from crib.outputs.anki import apkg
from crib.outputs.anki import jobs as anki
from crib.outputs.anki.note_types import CLOZE, RECALL
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.conftest import ANSWER, ROOT, MakeBook
from tests.decks import imported, load, package, rows
from tests.pdfs import maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from tests.decks import Deck

BOOK = """\
key: odd-book
title: 'Odd :: "Cases" & <Others>'
authors: ["A & B"]
language: en-US
license: CC0
description: Cases that <b>break</b> things & others.
released: 2026-01-02
sources: {elsewhere: {title: The <other> book, url: "https://example.org/?a=1&b=2"}}
"""
CHAPTER_1 = r"""---
title: 'Brackets :: <in> "text" & code [sound:t.mp3] \(t\)'
number: 1
exercises: {2-3: elsewhere}
---

## What does [sound:a.mp3] do in `[latex]x[/latex]`? {#commands n=1 tags="b a" level=explain see="plain formulas"}

::: gist
Nothing: [\$]x[/\$], [\$\$]y[/\$\$] and [LATEX]z[/LaTeX] are text, and so are
\\(a\\) and \\[b\\].
:::

It says [anki:tts lang=en_US]hello[/anki:tts], in code `\(a\) \[b\] [sound:b.mp3]` too, and `{{c1::text}}`.[^note]

```python
x = [latex]; print("[sound:c.mp3] \[ \( </script>")
```

![A tree with [sound:d.mp3] in it](figures/Tree%20%231.svg "The [latex]tree[/latex] with \\(x\\)")

And again: ![A tree](figures/Tree%20%231.svg)

[^note]: A note with [sound:e.mp3] and \\(c\\).

::: hint
Try \\[d\\] in [plain](#plain).
:::

::: cloze
`{{c2::not}}` a gap, [`std::map<K{V}>` and {braces}]{.c1} are [[sound:g.mp3] ${a}_{{b}}::c$ }]{.c2}:
\{[$\frac{1}{x^{2}}$]{.c1}:: \\(c\\) ![}} of ::](figures/Tree%20%231.svg)
:::

## Is a bare answer enough? {#plain n=10}

::: gist
Yes; [others](#commands) have more.
:::

It has neither tags nor level: cafe&#x301;.

## How does $a < b$ look? {#formulas n=2}

::: gist
$x_{[1]} > \text{[sound:f.mp3]}$ costs \$5.
:::

$$\begin{pmatrix} a & b \\[2pt] c & d \end{pmatrix} \sqrt[3]{x} \text{ if \(y\)}$$
"""
CHAPTER_2 = """---
title: Empty
number: 2
exercises: {1-9: elsewhere}
---
"""
TREE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0L40 20"/></svg>'


@pytest.fixture(scope="module")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a book full of pitfalls for Anki."""
    folder = tmp_path_factory.mktemp("odd-book")
    (folder / "figures").mkdir()
    (folder / "figures" / "Tree #1.svg").write_text(TREE, encoding="utf-8")
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "01-brackets.md").write_text(CHAPTER_1, encoding="utf-8")
    (folder / "02-empty.md").write_text(CHAPTER_2, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def odd_book(odd_folder: Path) -> Book:
    """Return the book of pitfalls."""
    reading = read_book(odd_folder)
    assert reading.problems == ()
    return reading.book


@pytest.fixture(scope="module")
def odd(odd_book: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deck]:
    """Return its deck."""
    deck = imported(odd_book, tmp_path_factory.mktemp("odd"))
    with closing(deck.collection):
        yield deck


@pytest.fixture(scope="module")
def real(shipped: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deck]:
    """Return the deck of the shipped book."""
    deck = imported(shipped, tmp_path_factory.mktemp("real"))
    with closing(deck.collection):
        yield deck


@pytest.fixture(params=["odd", "real"])
def deck(request: pytest.FixtureRequest) -> Deck:
    """Return each of the two decks."""
    deck: Deck = request.getfixturevalue(request.param)
    return deck


# A fresh import


def test_counts(deck: Deck) -> None:
    """A note and a card an answer, a note a cloze with a card for each number of a gap, nothing else."""
    answers = list(deck.book.answers)
    clozes = [answer.cloze for answer in answers if answer.cloze]
    gaps = [{element["c"][0][1][0] for element in walk(cloze) if element["t"] == "Span"} for cloze in clozes]
    assert len(deck.response.log.new) == deck.collection.note_count() == len(answers) + len(clozes)
    assert deck.collection.card_count() == len(answers) + sum(map(len, gaps))


def test_decks(deck: Deck) -> None:
    """A subdeck a chapter with answers; each card in the deck of its chapter."""
    names = {entry.name for entry in deck.collection.decks.all_names_and_ids()}
    title = deck.book.title.replace("::", ":").replace('"', "").replace("<O", "<\u2060O")
    chapters = [chapter for chapter in deck.book.chapters if chapter.answers]
    assert len(names) == len(chapters) + 2
    assert {"Default", title} < names
    for chapter in chapters:
        [name] = [name for name in names if name.startswith(f"{title}::{chapter.number:02d} ")]
        assert name.count("::") == 1
        name = name.replace("\\", r"\\")
        notes = len(chapter.answers) + sum(bool(answer.cloze) for answer in chapter.answers)
        assert len(deck.collection.find_notes(f'"deck:{name}" tag:{deck.book.key}::ch{chapter.number:02d}')) == notes
        assert len(deck.collection.find_notes(f'"deck:{name}"')) == notes


def test_description(odd: Deck) -> None:
    """Descriptions of decks have the right text, as text."""
    decks = odd.collection.decks
    [parent, chapter] = [decks.get(entry.id) for entry in decks.all_names_and_ids() if "Odd" in entry.name]
    assert parent
    assert chapter
    assert "Cases that &lt;b&gt;break&lt;/b&gt; things &amp; others." in parent["desc"]
    assert "2026-01-02" in parent["desc"]
    assert "The &lt;other&gt; book" in chapter["desc"]


def test_fields(odd: Deck) -> None:
    """Every text part of an answer has its field, empty for a missing part."""
    full, bare = odd.note("commands"), odd.note("plain")
    assert full["Hint"].startswith('<details class="hint">\n<summary>Hint</summary>')
    assert "<h2>In short</h2>" in full["Gist"]
    assert '<sup class="note-mark">1</sup>' in full["Answer"]
    assert "<li><p>A note with" in full["Notes"]
    see = "<h2>See also</h2>\n<ul>\n<li>Is a bare answer enough?</li>\n<li>How does "
    assert full["See"].startswith(see)
    assert full["Reverse"] == ""
    assert bare["Hint"] == bare["Notes"] == ""
    assert bare["Gist"].endswith("<p>Yes; others have more.</p>")
    assert "<li>What does " in bare["See"]
    assert bare["Source"] == '<span class="code-chip">1.10</span>'
    assert [bare["Code"], bare["Key"]] == ["01.10", "plain"]


def test_tags(odd: Deck) -> None:
    """Tags say book, chapter, code, topics and level, as far as there are any."""
    tags = {note["Key"]: note.tags for note in map(odd.collection.get_note, odd.collection.find_notes(""))}
    assert tags["plain"] == ["odd-book::ch01", "odd-book::code::1_10"]
    assert tags["commands"] == [
        "odd-book::ch01", "odd-book::code::1_1", "odd-book::level::explain",
        "odd-book::topic::a", "odd-book::topic::b",
    ]  # fmt: skip


def test_identity(odd: Deck) -> None:
    """Notes have the same identity forever; otherwise a release would be a second deck."""
    [note_id] = odd.collection.find_notes("Key:plain")
    note = odd.collection.get_note(note_id)
    assert (note.id, note.guid, note.mid) == (814422055024, "f9a61ca493503d077c55e55a175131cb", 1764020814937)
    assert note.mod == odd.book.released.timestamp()
    [note_id] = odd.collection.find_notes('"note:Crib Cloze"')
    note = odd.collection.get_note(note_id)
    assert (note.id, note.guid, note.mid) == (1379483410384, "d2c62e2ccc54bd7ddec0bba3dcb65b18", 1764020815284)
    for kind in (RECALL, CLOZE):
        [fields, templates] = [odd.collection.models.get(kind.id)[part] for part in ("flds", "tmpls")]
        assert [field["id"] for field in fields] == [field.id for field in kind.fields]
        assert [template["id"] for template in templates] == [side.id for side in kind.sides]


def test_pictures(odd: Deck) -> None:
    """A picture is included once, under a name of its own with its digest."""
    name = "tree-1-cbc52ab8.svg"
    folder = Path(odd.collection.media.dir())
    assert [(path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir()] == [(name, TREE)]
    assert odd.note("commands")["Answer"].count(f'src="{name}"') == 2


def test_media_check(deck: Deck) -> None:
    """Anki misses no file and finds none unused."""
    report = deck.collection.media.check()
    assert [*report.missing, *report.unused] == []


def test_every_card_renders(deck: Deck) -> None:
    """Both sides of every card have their contents; Anki finds no empty card and no error."""
    assert not deck.collection.get_empty_cards().notes
    for card in deck.cards:
        note = card.note()
        output = card.render_output()
        shown = re.sub(r"<code>.*?</code>|\\\(.*?\\\)", "", output.question_text + output.answer_text, flags=re.DOTALL)
        assert "{{" not in shown
        place = deck.collection.decks.name(card.did).rpartition("::")[2]
        source = f"<footer{output.answer_text.partition('<footer')[2].partition('</main>')[0]}"
        assert source.endswith(f" · {place}</footer>\n")
        assert [tag for tag, _ in Reading(source).elements] in (["footer", "span"], ["footer", "span", "a"])
        assert found_by_mathjax(source) == []
        if "Text" in note:
            assert '<span class="cloze"' in output.question_text
            assert note["Question"] in output.answer_text
            assert note["Source"] in output.answer_text
            continue
        assert note["Question"] in output.question_text
        assert note["Hint"] in output.question_text
        assert note["Gist"] not in output.question_text
        for name in ("Question", "Gist", "Answer", "Notes", "See", "Source"):
            assert note[name] in output.answer_text


def test_order(real: Deck) -> None:
    """New cards come in the order of the book."""
    decks = real.collection.decks
    many = decks.get_config(1)
    many["new"]["perDay"] = 9999
    decks.update_config(many)
    for chapter in real.book.chapters:
        decks.select(decks.id_for_name(f"{real.book.title}::{chapter.number:02d} {chapter.title}"))
        queued = real.collection.sched.get_queued_cards(fetch_limit=999).cards
        keys = [real.collection.get_note(entry.card.note_id)["Key"] for entry in queued]
        assert list(dict.fromkeys(keys)) == [answer.key for answer in chapter.answers]


def test_browser_order(odd: Deck) -> None:
    """Anki's browser sorts notes by their codes: 1.2 before 1.10."""
    notes = map(odd.collection.get_note, odd.collection.find_notes('"note:Crib Recall"', order="n.sfld"))
    assert [note["Code"] for note in notes] == ["01.01", "01.02", "01.10"]


# The same file again


def test_second_import(deck: Deck) -> None:
    """Importing the same file again adds, updates and refuses nothing."""
    log = load(deck.collection, deck.file).log
    assert len(log.duplicate) == deck.collection.note_count()
    assert [*log.new, *log.updated, *log.conflicting, *log.missing_notetype] == []


def test_study_survives(real: Deck, tmp_path: Path) -> None:
    """A second import leaves reviews, intervals and every row of every card as they were."""
    with closing(Collection(str(tmp_path / "collection.anki2"))) as collection:
        load(collection, real.file)
        collection.decks.select(collection.decks.id(real.book.title))
        for ease in (4, 3, 1):
            card = collection.sched.getCard()
            assert card
            collection.sched.answerCard(card, ease)
        before = rows(collection)
        load(collection, real.file)
        assert rows(collection) == before


def test_one_chapter_first(shipped: Book, real: Deck, tmp_path: Path) -> None:
    """After importing one chapter and then the book, every note exists once."""
    deck = imported(shipped.select(Selection((4,))), tmp_path)
    with closing(deck.collection):
        assert {deck.collection.get_note(n)["Code"][:2] for n in deck.collection.find_notes("")} == {"04"}
        load(deck.collection, real.file)
        assert len(deck.collection.find_notes('"note:Crib Recall"')) == len(list(shipped.answers))
        with_answers = [chapter for chapter in shipped.chapters if chapter.answers]
        assert len(deck.collection.decks.all_names_and_ids()) == len(with_answers) + 2


# Commands of Anki and MathJax


def test_no_sounds(deck: Deck) -> None:
    """No text becomes a sound, speech, or a picture of LaTeX, in code and attributes neither."""
    for card in deck.cards:
        assert card.question_av_tags() == card.answer_av_tags() == []
        for html in (card.question(), card.answer()):
            assert "[anki:play" not in html
            assert 'class="latex"' not in html
            assert "class=latex" not in html


def test_text_is_still_there(odd: Deck) -> None:
    """Written brackets and backslashes are visible to readers."""
    note = odd.note("commands")
    assert text(note["Question"]) == "What does [sound:a.mp3] do in [latex]x[/latex]?"
    assert r"[$]x[/$], [$$]y[/$$] and [LATEX]z[/LaTeX] are text, and so are \(a\) and \[b\]." in text(note["Gist"])
    assert r'x = [latex]; print("[sound:c.mp3] \[ \( </script>")' in text(note["Answer"])
    assert r"\(a\) \[b\] [sound:b.mp3] too, and {{c1::text}}" in text(note["Answer"])
    assert r"The [latex]tree[/latex] with \(x\)" in text(note["Answer"])


def test_edited_text_stays_inert(odd: Deck) -> None:
    """Text needs no character references to be safe: Anki's editor resolves them when it saves."""
    parts = re.split("<[^>]*>", "".join(odd.note("commands").values()))
    assert "[" in parts
    assert "&#91;" not in "".join(parts)


def test_formulas(deck: Deck) -> None:
    """MathJax with Anki's settings finds exactly the written formulas in every field."""
    for answer in deck.book.answers:
        note = deck.note(answer.key)
        fields = ("Question", "Hint", "Gist", "Answer", "Notes")
        found = [each for name in fields for each in found_by_mathjax(note[name])]
        assert sorted(found) == sorted(formulas([answer.question, answer.hint, answer.gist, answer.body]))
        if answer.cloze:
            in_cloze = found_by_mathjax(re.sub(r"{{c\d::|}}", "", deck.cloze(answer.key)))
            assert in_cloze == formulas(answer.cloze)
            [card, *_] = deck.collection.find_cards(f'"note:Crib Cloze" Key:{answer.key}')
            shown = deck.collection.get_card(card).render_output().answer_text
            assert found_by_mathjax(shown.partition("<hr")[0]) == in_cloze
            found += in_cloze
        assert [mathjax.complaint(tex) for tex, _ in found] == [""] * len(found)


def test_cloze(odd: Deck) -> None:
    """The gaps are exactly the written ones: braces, colons and commands in or beside them are text."""
    asked = [text(card.render_output().question_text).strip() for card in odd.cards if "Text" in card.note()]
    one, two = "std::map<K{V}> and {braces}", r"[sound:g.mp3] \({a}_{{b}}::c\) }"
    formula, rest = r"\(\frac{1}{x^{2}}\)", r":: \(c\)"
    assert asked == [
        f"{{{{c2::not}}}} a gap, [...] are {two}: {{[...]{rest}",
        f"{{{{c2::not}}}} a gap, {one} are [...]: {{{formula}{rest}",
    ]


def test_a_cloze_shows_what_was_written(make_book: MakeBook, tmp_path: Path) -> None:
    """Braces and colons of TeX and code show as they are, with each card's gap and without."""
    tex, code = r"\text{a {std::vector} {{b}}}:::x^{y^{2}}", "std::map<K, {{V}}>::at }}"
    cloze = f"One: [${tex}$ and `{code}`]{{.c1}}; two: ${tex}$, [`{code}`]{{.c2}}::"
    book = read_book(make_book(f"{ANSWER}\n::: cloze\n{cloze}\n:::\n")).book
    with closing((deck := imported(book, tmp_path)).collection):
        cards = [card for card in deck.cards if "Text" in card.note()]
        asked = [card.render_output().question_text for card in cards]
        answered = [card.render_output().answer_text.partition("<hr")[0] for card in cards]
    assert [text(html).strip() for html in asked] == [
        rf"One: [...]; two: \({tex}\), {code}::",
        rf"One: \({tex}\) and {code}; two: \({tex}\), [...]::",
    ]
    for html in answered:
        assert text(html).strip() == rf"One: \({tex}\) and {code}; two: \({tex}\), {code}::"
        assert found_by_mathjax(html) == [[tex, False], [tex, False]]


def test_nothing_runs(deck: Deck) -> None:
    """No field brings a script, an event handler or anything from elsewhere onto a card."""
    for card in deck.cards:
        for html in card.note().values():
            for tag, attributes in Reading(html).elements:
                assert tag not in {"script", "iframe", "object", "embed", "style", "link", "form", "input"}
                for name, value in attributes:
                    assert not name.startswith("on")
                    assert name != "src" or "/" not in (value or "")
                    assert name != "href" or re.match("https?://|mailto:", value or "")


def test_normalized(odd: Deck) -> None:
    """Text is in Unicode's composed form, so importing changes nothing in it."""
    assert "caf\u00e9." in odd.note("plain")["Answer"]
    assert all(is_normalized("NFC", html) for card in odd.cards for html in card.note().values())


def test_separator() -> None:
    """A field with Anki's own separator is refused here, before it breaks an import."""
    note_type = apkg.NoteType(1, "T", RECALL.fields[:1], (apkg.Template("T", 2, "{{Question}}", ""),), "", 0, 0)
    note = apkg.Note(note_type, 3, "guid", 0, 1, (), ("a\x1fb",))
    with pytest.raises(ValueError, match="separator"):
        apkg.write_apkg(apkg.Package((apkg.Deck(4, "D", "", (note,)),)))


# The file


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Anchorage", "LC_ALL": "C.UTF-8"},
    ],
)
def test_same_bytes(environment: dict[str, str], odd_folder: Path, odd: Deck) -> None:
    """Time zone, locale, hash seed and process leave no trace in the file."""
    code = (
        "import sys; from pathlib import Path; from crib.outputs.anki import jobs as anki; "
        "from crib.render.templates import Templates; from crib.source import read_book; from tests.pdfs import made\n"
        "[deck] = made(anki.jobs(read_book(Path(sys.argv[1])).book, Templates())).values()\n"
        "sys.stdout.buffer.write(deck)"
    )
    root = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-c", code, str(odd_folder)],
        env={**os.environ, "PYTHONPATH": root, **environment}, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == odd.file.read_bytes()


def test_job_travels(odd: Deck) -> None:
    """The job of a deck is plain data: another process writes the same bytes from it."""
    [job] = anki.jobs(odd.book, Templates())
    assert job.path == "odd-book.apkg"
    make, arguments = pickle.loads(pickle.dumps((job.make, job.resolve(maker()))))
    assert make(*arguments) == odd.file.read_bytes()


def test_container(odd: Deck) -> None:
    """The file has Anki's legacy format, readable to all versions, dated 1980 throughout."""
    with ZipFile(odd.file) as archive:
        assert archive.namelist() == ["collection.anki2", "media", "0"]
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert json.loads(archive.read("media")) == {"0": "tree-1-cbc52ab8.svg"}


def test_selection(shipped: Book) -> None:
    """A deck of some chapters is named for them."""
    [job] = anki.jobs(shipped.select(Selection((4, 5))), Templates())
    assert job.path == "handson-ml2-answers-04-05.apkg"


def test_no_answers(odd_book: Book) -> None:
    """A book without answers makes no deck."""
    assert list(anki.jobs(replace(odd_book, chapters=odd_book.chapters[1:]), Templates())) == []


def test_own_look(odd_book: Book, tmp_path: Path) -> None:
    """The user's templates override ours, both Anki's and Jinja's."""
    (tmp_path / "anki").mkdir()
    (tmp_path / "anki" / "card.css").write_text(".card { color: teal }", encoding="utf-8")
    (tmp_path / "anki" / "gist.html.j2").write_text("<b>TL;DR</b> {{ gist }}", encoding="utf-8")
    with ZipFile(BytesIO(package(odd_book, tmp_path))) as archive:
        database = archive.read("collection.anki2")
    assert b".card { color: teal }" in database
    assert b"<b>TL;DR</b> <p>Yes; others" in database


@pytest.mark.parametrize("night", [False, True])
def test_contrast(*, night: bool) -> None:
    """Every text color has a contrast of 4.5:1 on each of its backgrounds."""
    css = (own_folder() / "anki" / "card.css").read_text(encoding="utf-8")
    color = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", css.split("}")[night]))
    assert len(color) == 13
    for paper in ("paper", "gist", "code"):
        for ink in ("ink", "mute", "accent", "keyword", "string", "comment", "literal"):
            assert contrast(color[ink], color[paper]) >= 4.5, (ink, paper)
    for ink in ("ink", "accent", "warning"):
        assert contrast(color[ink], color["warning-paper"]) >= 4.5, ink


# Helpers


class Reading(HTMLParser):
    """The words of some HTML, and its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))


def text(html: str) -> str:
    """Return the visible text of *html*."""
    return Reading(html).words


def formulas(node: Any) -> list[list[Any]]:
    """Return TeX and display flag of each formula below *node*."""
    if isinstance(node, list):
        return [each for child in node for each in formulas(child)]
    if not isinstance(node, dict):
        return []
    if node.get("t") == "Math":
        return [[node["c"][1], node["c"][0]["t"] == "DisplayMath"]]
    return formulas(node.get("c"))


@cache
def finder() -> MiniRacer:
    """Return MathJax with the delimiters of Anki's `mathjax.js`."""
    engine = MiniRacer()
    atexit.register(engine.close)
    engine.eval("var MathJax = {loader: {load: []}, startup: {typeset: false, ready() {}}};")
    for part in ("loader.js", "core.js", "adaptors/liteDOM.js", "input/tex-full.js"):
        engine.eval((files("mathjax") / "static/mathjax/es5" / part).read_text(encoding="utf-8"))
    engine.eval(r"""
        MathJax._.handlers.html_ts.RegisterHTMLHandler(MathJax._.adaptors.liteAdaptor.liteAdaptor());
        const tex = new MathJax._.input.tex_ts.TeX({
          displayMath: [["\\[", "\\]"]], processEscapes: false, processEnvironments: false, processRefs: false});
        function find(html) {
          const page = MathJax._.mathjax.mathjax.document(html, {InputJax: tex});
          page.findMath();
          return JSON.stringify(Array.from(page.math, item => [item.math, item.display]));
        }""")
    return engine


def found_by_mathjax(html: str) -> list[list[Any]]:
    """Return the formulas of *html* for MathJax, in the form of `formulas`."""
    found: list[list[Any]] = json.loads(str(finder().call("find", f"<body>{html}</body>")))
    return found


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance of `#rgb` or `#rrggbb`."""
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
