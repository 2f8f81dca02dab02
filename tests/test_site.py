"""The documentation's site: its pages, their order, and the check of the built site."""

from __future__ import annotations

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import yaml

from tests import chromium
from tests.conftest import ROOT
from tools.build_docs import INDEX, SETTINGS, SITE, START, check, collect, navigation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = ["Start", "Gallery", "How-to", "Reference", "Explanation"]


def test_every_link_leads_to_a_page_or_file() -> None:
    """Targets of README's links exist, and include all pages in docs/."""
    files, problems = collect(ROOT)
    assert problems == []
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= set(files)


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    """Broken links, to folders or out of the project, too, are reported with their lines; links in code are ignored."""
    (tmp_path / "docs").mkdir()
    (tmp_path / START).write_text("[a](docs/b.md#x) `[c](c.md)`\n```\n[d](d.md)\n```\n[e](docs)\n![f](../f.png)\n")
    (tmp_path / "docs/b.md").write_text("[to the web](https://example.org/), [to the start](../README.md)\n")
    files, problems = collect(tmp_path)
    assert files == [START, "docs/b.md"]
    assert [problem.partition(": error[link]: ")[::2] for problem in problems] == [
        (f"{START}:5", "docs is no file of this project"),
        (f"{START}:6", "../f.png is no file of this project"),
    ]


def test_navigation_has_the_parts_of_the_index() -> None:
    """Navigation has the parts of the index in order, each with its pages."""
    nav = navigation((ROOT / INDEX).read_text(encoding="utf-8"))
    parts = re.findall(r'^  \{"(.+?)" = \[\{', nav, re.MULTILINE)
    assert parts == PARTS
    assert '{"What Crib is" = "README.md"}' in nav


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="b.html#here">b</a> <a href="https://example.org/">web</a> <img src="b.png">', None),
        ('<a href="c.html">c</a>', "a.html: error[link]: c.html leads nowhere"),
        ('<a href="b.html#there">b</a>', "a.html: error[link]: b.html#there: no such place on that page"),
        ('<a href="#there">a</a>', "a.html: error[link]: #there: no such place on that page"),
        ('<img src="c.png">', "a.html: error[link]: c.png leads nowhere"),
        (
            '<script src="https://example.org/x.js"></script>',
            "a.html: error[elsewhere]: the page would load https://example.org/x.js",
        ),
        (
            '<link rel="stylesheet" href="//example.org/x.css">',
            "a.html: error[elsewhere]: the page would load //example.org/x.css",
        ),
    ],
)
def test_check(tmp_path: Path, body: str, problem: str | None) -> None:
    """A site may link to other places, and load nothing from them; its own pages, places and files must be there."""
    (tmp_path / "a.html").write_text(body)
    (tmp_path / "b.html").write_text('<h2 id="here">Here</h2>')
    (tmp_path / "b.png").touch()
    assert list(check(tmp_path)) == ([problem] if problem else [])


def test_browsers_are_told_to_load_nothing_from_elsewhere() -> None:
    """The policy of every page names no host."""
    [policy] = re.findall(r'content="(default-src .*?)"', (SETTINGS / "theme/main.html").read_text(encoding="utf-8"))
    assert policy == "default-src 'self' file: data: blob: 'unsafe-inline'"


def test_workflows() -> None:
    """CI runs the checks before a merge, and Pages publishes the result of `make docs`."""
    ci, pages = (
        yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8")) for name in ("ci", "pages")
    )
    assert ".ci/run" in [step.get("run") for step in ci["jobs"]["test"]["steps"]]
    steps = pages["jobs"]["publish"]["steps"]
    assert "make docs" in [step.get("run") for step in steps]
    assert str(SITE.relative_to(ROOT)) in [step.get("with", {}).get("path") for step in steps]
    used = [step["uses"] for step in [*ci["jobs"]["test"]["steps"], *steps] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)


@pytest.fixture
def addresses() -> Iterator[list[str]]:
    """Yield the addresses of the built site, as files and on a server; skip if it was not built (`make docs`)."""
    if not (SITE / "index.html").is_file():
        pytest.skip("docs/_site is not built: run `make docs`")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(SITE))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield [SITE.as_uri(), f"http://127.0.0.1:{server.server_port}"]
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files, and prints nothing."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_search(addresses: list[str], tmp_path: Path) -> None:
    """It finds a page without a network, and without a server; whatever the page loads is part of the site."""
    options = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with chromium.chromium(chromium.find(), tmp_path, options) as page:
        for site in addresses:
            page.open(f"{site}/docs/print.html")
            page.wait(f"location.href.startsWith('{site}') && document.readyState == 'complete'")
            page.value("document.querySelector('.md-search__button').click()")
            page.wait("document.activeElement.shadowRoot.activeElement.tagName == 'INPUT'")
            for letter in "signature":
                page.press(letter)
            page.wait("[...document.querySelectorAll('*')].some(e => e.shadowRoot?.textContent.includes('Booklets'))")
            loaded = page.value("performance.getEntriesByType('resource').map(each => each.name)")
            assert all(name.startswith(site) for name in loaded)
