"""The website: the study page, a page for each answer, and data for search engines."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.commands import crib, files
from tests.conftest import BOOK, ROOT
from tests.outputs.web.pages import FIRST, SECOND, write
from tests.preview.test_accessible import AXE, FOUND

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium
    from tests.commands import Ended

SITE = "https://example.org/a&b/"
TOOL = ROOT / "tools/script/node_modules"
KEYS = ["index", "moons", "n1", "n2", "n3", "n4", "n5"]
FIRST_OF_ALL = FIRST.replace("{#planet ", "{#index ").replace("#planet", "#index")
"""Its first answer has the key of another file of the site."""


def build(folder: Path, out: Path, *options: str, book: str = f"{BOOK}site: {SITE[:-1]}\n") -> Ended:
    """Build the website of a small book in *folder*."""
    content = write(folder, FIRST_OF_ALL, book)
    return crib("web", "--site", out, "--content", content, *options, folder=folder.parent)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a website."""
    folder = tmp_path_factory.mktemp("site")
    done = build(folder / "content", folder / "www")
    assert (done.returncode, done.stderr) == (0, f"Next: Open {folder / 'www/index.html'} in a browser.\n")
    return folder / "www"


def page(site: Path, key: str) -> str:
    """Return the page of an answer."""
    return (site / f"answers/{key}.html").read_text(encoding="utf-8")


def data(html: str) -> dict[str, Any]:
    """Return the data for search engines in a page."""
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    read: dict[str, Any] = json.loads(found)
    return read


def head(html: str, pattern: str) -> str:
    """Return the only match of *pattern* in the head of a page."""
    [found] = re.findall(pattern, html.partition("</head>")[0])
    return unescape(found)


def test_files(site: Path) -> None:
    """The study page, a page for each answer whatever its key, their style sheet, and the sitemap."""
    assert files(site) == [*(f"answers/{key}.html" for key in KEYS), "index.html", "sitemap.xml", "style.css"]


def test_pages_say_what_they_are(site: Path) -> None:
    """Each has a title, a description and a canonical address of its own; the study page is the site's."""
    for pattern, first in (
        ("<title>(.*?)</title>", "Which planet is the largest? · A Small Book"),
        ('<meta name="description" content="([^"]*)"', "Jupiter; Jupiter: twice all others."),
        ('<link rel="canonical" href="([^"]*)"', f"{SITE}answers/index.html"),
    ):
        found = [head(page(site, key), pattern) for key in KEYS]
        assert found[0] == first
        assert len(set(found)) == len(KEYS)
    assert head((site / "index.html").read_text(encoding="utf-8"), '<link rel="canonical" href="([^"]*)"') == SITE


def test_links_lead_to_files(site: Path) -> None:
    """Links lead to other answers, the previous and the next one, the study page, and places in the same page."""
    index = (site / "index.html").read_text(encoding="utf-8")
    for key in KEYS:
        html = page(site, key)
        links = set(re.findall(r'<(?:a|link) [^<>]*href="([^":]*)"', html))
        assert {"../index.html", f"../index.html#{key}", "../style.css"} <= links
        for link in links:
            name, _, place = link.partition("#")
            target = (site / "answers" / name).read_text(encoding="utf-8") if name else html
            assert not place or f' id="{place}"' in (index if name == "../index.html" else target), link
    assert 'href="moons.html" rel="next"' in page(site, "index")
    assert 'href="moons.html" rel="prev"' in page(site, "n1")
    assert 'href="index.html"' in page(site, "moons")


def test_the_sitemap_lists_all_pages(site: Path) -> None:
    """It is XML as sitemaps.org wants it, with the canonical address of each page."""
    root = fromstring((site / "sitemap.xml").read_bytes())
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}urlset"
    assert [[child.tag for child in url] for url in root] == [[f"{space}loc"]] * 8
    listed = [url.findtext(f"{space}loc") for url in root]
    assert listed == [SITE, *(head(page(site, key), 'rel="canonical" href="([^"]*)"') for key in KEYS)]


def test_search_engines_read_questions(site: Path) -> None:
    """A flashcard with its short answer; a question with choices has right and wrong ones."""
    card, one, several = (data(page(site, key)) for key in ("n1", "index", "moons"))
    assert card["@type"] == "Quiz"
    assert card["isPartOf"] == {"@type": "Book", "name": "A Small Book", "url": SITE}
    assert card["hasPart"] == [
        {
            "@type": "Question",
            "text": "What is number 1?",
            "eduQuestionType": "Flashcard",
            "acceptedAnswer": {"@type": "Answer", "text": "It is number 1."},
        }
    ]
    kinds = [each["hasPart"][0]["eduQuestionType"] for each in (one, several)]
    assert kinds == ["Multiple choice", "Checkbox"]
    right = [reply["text"] for reply in several["hasPart"][0]["acceptedAnswer"]]
    wrong = [reply["text"] for reply in several["hasPart"][0]["suggestedAnswer"]]
    assert (right, wrong) == (["Io", "Europa"], ["Mars"])


def test_the_data_validates(site: Path, tmp_path: Path) -> None:
    """Structured data is valid by schema.org's own vocabulary; a mistake is refused."""
    if not (TOOL / ".bin/tsc").exists():
        pytest.skip("schema-dts is missing: `make lint` brings it")
    settings = {
        "compilerOptions": {
            "strict": True,
            "noEmit": True,
            "module": "esnext",
            "moduleResolution": "bundler",
            "types": [],
            "paths": {"schema-dts": [str(TOOL / "schema-dts")]},
        },
        "files": ["data.ts"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    pages = [json.dumps(data(page(site, key))) for key in KEYS]
    told = []
    for quizzes in (pages, [pages[0].replace('"eduQuestionType"', '"questionType"')]):
        lines = [f"export const quiz{i}: WithContext<Quiz> = {quiz};\n" for i, quiz in enumerate(quizzes)]
        script = 'import type { Quiz, WithContext } from "schema-dts";\n' + "".join(lines)
        (tmp_path / "data.ts").write_text(script, encoding="utf-8")
        command = [str(TOOL / ".bin/tsc"), "-p", str(tmp_path)]
        told.append(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert told[0] == ""
    assert "questionType" in told[1]


def test_a_page_in_a_browser(site: Path, page: Chromium) -> None:
    """It has its style and pictures, no script, no request but for its style sheet, and axe finds nothing."""
    page.open("about:blank")
    page.open((site / "answers/index.html").as_uri())
    page.wait("location.protocol === 'file:' && document.readyState === 'complete'")
    names = "performance.getEntriesByType('resource').map(each => each.name).filter(name => !name.startsWith('data:'))"
    assert set(page.value(names)) <= {(site / "style.css").as_uri()}
    assert page.value("getComputedStyle(document.querySelector('.gist')).borderInlineStartStyle") == "solid"
    assert page.value("document.fonts.ready.then(() => document.fonts.check('16px \"Source Sans 3\"'))")
    assert page.value("document.querySelector('.whole').checkVisibility()")
    page.value("document.body.insertAdjacentHTML('beforeend', '<img alt src=x.png onerror=\"window.ran = 1\">')")
    assert page.value("new Promise(done => setTimeout(done, 50)).then(() => window.ran ?? 'no')") == "no"
    if not AXE.exists():
        pytest.skip("axe is missing: `make a11y` brings it")
    page.value(f"{AXE.read_text(encoding='utf-8')}; true")
    assert page.value(FOUND) == []


def test_the_same_again_and_what_changed(site: Path, tmp_path: Path) -> None:
    """Another build has the same bytes; a change rebuilds its chapter; pages of removed answers are deleted."""
    folder, out = tmp_path / "content", tmp_path / "www"
    build(folder, out)
    assert [(out / name).read_bytes() == (site / name).read_bytes() for name in files(site)] == [True] * 10
    (out / "own.html").write_text("mine")
    more = SECOND.replace("It is number 5.", "It is five.").partition("## What is number 5?")
    (folder / "02-more.md").write_text(f"---\ntitle: More\nnumber: 2\n---\n\n{more[0]}", encoding="utf-8")
    done = crib("web", "--site", out, "--content", folder, "-v", folder=tmp_path)
    built = {line.split()[-1] for line in done.stderr.splitlines() if " bytes " in line}
    assert built == {*(f"answers/n{i}.html" for i in range(1, 5)), "index.html", "sitemap.xml", "style.css"}
    assert files(out) == sorted({*files(site), "own.html"} - {"answers/n5.html"})


def test_a_book_without_an_address(tmp_path: Path) -> None:
    """Without an address, pages have no canonical address, there is no sitemap, and a warning explains the setting."""
    done = build(tmp_path / "content", tmp_path / "www", book=BOOK)
    assert done.returncode == 0
    assert "book.yaml: warning[no-site]: " in done.stderr
    assert "  hint: set `site`" in done.stderr
    assert "sitemap.xml" not in files(tmp_path / "www")
    assert "canonical" not in page(tmp_path / "www", "n1") + (tmp_path / "www/index.html").read_text(encoding="utf-8")


def test_a_link_in_the_place_of_a_folder(tmp_path: Path) -> None:
    """It is refused, and nothing is written to its target."""
    (tmp_path / "other").mkdir()
    (tmp_path / "www").mkdir()
    (tmp_path / "www/answers").symlink_to(tmp_path / "other")
    done = build(tmp_path / "content", tmp_path / "www")
    assert done.returncode == 1
    assert "www/answers: " in done.stderr
    assert list((tmp_path / "other").iterdir()) == []


@pytest.mark.parametrize("address", ["example.org", "https://example.org/?a", "https://a b", "ftp://example.org"])
def test_addresses_that_are_none(tmp_path: Path, address: str) -> None:
    """Malformed addresses are errors with their lines."""
    done = build(tmp_path / "content", tmp_path / "www", book=f'{BOOK}site: "{address}"\n')
    assert done.returncode == 1
    assert "book.yaml:10: error[" in done.stderr


def test_text_stays_text(tmp_path: Path) -> None:
    """A question similar to the end of the data is text in it."""
    words = "</script><script>alert(1)</script>"
    content = write(tmp_path / "content", f"## Is `{words}` code? {{#code}}\n\n`{words}` is.\n")
    crib("web", "--site", tmp_path / "www", "--content", content, folder=tmp_path)
    html = page(tmp_path / "www", "code")
    assert html.count("<script") == 1
    assert data(html)["hasPart"][0]["text"] == f"Is {words} code?"
