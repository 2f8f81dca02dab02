"""The book in a browser while it is written, looked at in Chromium."""

from __future__ import annotations

import ctypes
import http.client
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from html import unescape
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from crib.preview.serve_and_watch import PORT
from crib.preview.views import VIEWS
from crib.source import read_book
from tests.commands import crib
from tests.conftest import ANSWER, BOOK, ROOT, MakeBook, write_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from tests.chromium import Chromium

PATIENCE = 60
FRAME = 'document.querySelector("iframe")'
PAGE = f"{FRAME}.contentDocument"
TEXT = f"{PAGE}.body.innerText"
TROUBLES = "[...document.querySelectorAll('.troubles article')].map(each => each.innerText).join()"
LONG = "".join(
    f"## What is number {i}? {{#n{i}}}\n\n::: gist\nIt is number {i}.\n:::\n\nNothing but {i}: $x_{i}$.\n\n"
    for i in range(1, 41)
)


class Serving:
    """A running `serve`, in a process group of its own, and its messages."""

    def __init__(self, folder: Path, *arguments: object, **environment: str) -> None:
        """Start it, and wait for its address."""
        command = [sys.executable, "-m", "crib", "serve", "--content", folder, "--out", folder.parent / "dist"]
        self.process = subprocess.Popen(
            [*map(str, command), *map(str, arguments)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        self.told: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = Thread(target=self._listen)
        self._listener.start()
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def _listen(self) -> None:
        assert self.process.stderr
        with self.process.stderr as lines:
            for line in lines:
                self.told.append(line)
                self._lines.put(line)

    def wait(self, words: str) -> None:
        """Wait until *words* appear in the terminal."""
        while words not in self._lines.get(timeout=PATIENCE):
            pass

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal, as a terminal does for Ctrl-C, and return the status it ends with; nothing of it is left."""
        os.killpg(self.process.pid, number)
        status = self.process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            while True:  # the last of them may need a moment
                os.killpg(self.process.pid, 0)
                time.sleep(0.01)
        self.close()
        return status

    def close(self) -> None:
        """Stop reading the output of the ended process."""
        self._listener.join()
        assert self.process.stdout
        self.process.stdout.close()


OTHER = b"""\
---
title: More
number: 2
---

## Second? {#second see=answer}

::: gist
Well.
:::

[It](#answer).
"""


@contextmanager
def serving(folder: Path, *arguments: object, **environment: str) -> Iterator[Serving]:
    """Serve the book in *folder* on a free port."""
    server = Serving(folder, "--port", 0, *arguments, **environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end()


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Serving]]:
    """Serve a book of two chapters beside an unrelated file, with the user's templates in `mine`.

    Tests change the first chapter, and leave it whole, with other words.
    """
    folder = write_book(tmp_path_factory.mktemp("edited") / "content", book=f"{BOOK}style: {{gist: required}}\n")
    (folder / "02-more.md").write_bytes(OTHER)
    (folder / "secret.txt").write_text("secret")
    for name in ("sheets", "print"):
        (folder.parent / "mine" / name).mkdir(parents=True)
    with serving(folder, "--templates", folder.parent / "mine") as server:
        yield folder / "01-first-steps.md", server


@pytest.fixture
def server(edited: tuple[Path, Serving]) -> Serving:
    """Return the server of that book."""
    return edited[1]


def gists(chapter: Path) -> tuple[str, str]:
    """Return the current gist of *chapter*, and a new one."""
    asks, wants = "What a question asks for.", "What a question wants."
    return (asks, wants) if asks in chapter.read_text() else (wants, asks)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Serving]]:
    """Serve a long chapter; each test changes an answer of its own."""
    folder = write_book(tmp_path_factory.mktemp("long") / "content", LONG)
    with serving(folder) as server:
        yield folder / "01-first-steps.md", server


def look(page: Chromium, server: Serving, address: str = "/sheet/01-first-steps") -> None:
    """Open *address* in the preview, and wait until it is there and listens."""
    page.open("about:blank")
    page.open(f"{server.url}#{address}")
    page.wait(f"events.readyState === 1 && {FRAME}.contentWindow.location.pathname === '{address.partition('#')[0]}'")
    page.wait(f"{PAGE}.readyState === 'complete' && document.body.dataset.view")


def change(path: Path, old: str, new: str) -> None:
    """Write *new* instead of *old* in a file, like an editor saving to another file first."""
    text = path.read_text()
    assert old in text
    (path.parent / f"{path.name}~").write_text(text.replace(old, new))
    (path.parent / f"{path.name}~").replace(path)


def test_all_chapters_in_all_views(server: Serving, page: Chromium) -> None:
    """A page lists the chapters; each is seen in every medium, and in every way of the e-book."""
    look(page, server)
    assert page.value("document.title") == "A Small Book"
    links = "[...document.querySelectorAll('.chapters a')]"
    assert page.value(f"{links}.map(a => a.innerText.replace('\\n', ' '))") == ["1 First Steps", "2 More"]
    for view in ("sheet", "cards", "quiz", "book", "anki", "questions", "gists", "ebook"):
        page.value(f"document.querySelector('.views [data-view={view}]').click()")
        page.wait(f"document.body.dataset.view === '{view}' && {TEXT}.includes('What is an answer?')")
    page.value(f"{links}[1].click()")
    page.wait(f"{TEXT}.includes('Second?') && location.hash === '#/ebook/answers/02-more.xhtml'")
    page.call("Page.reload")
    page.wait(f"{TEXT}.includes('Second?')")


@pytest.mark.parametrize(
    ("address", "number"), [("/sheet/01-first-steps", 30), ("/ebook/answers/01-first-steps.xhtml", 31)]
)
def test_a_save_is_seen_where_one_was(long: tuple[Path, Serving], page: Chromium, address: str, number: int) -> None:
    """The text changes without loading the page again, and the reader stays at the same place."""
    chapter, server = long
    look(page, server, address)
    page.call("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=1, mobile=False)
    window, answer = f"{FRAME}.contentWindow", f"{PAGE}.getElementById('n{number}')"
    page.wait(f"innerWidth === 800 && {PAGE}.fonts.status === 'loaded'")
    page.value(f"{answer}.scrollIntoView(); {window}.same = true")
    there = page.value(f"{window}.scrollY")
    assert there > 0
    change(chapter, f"It is number {number}.", f"It is still ${number}$.")
    page.wait(f"{answer}.innerText.includes('It is still')")
    page.wait(f"[...{PAGE}.images].every(image => image.complete && image.naturalWidth)")
    assert page.value(f"[{window}.scrollY, {window}.same]") == [there, True]


def test_problems_are_shown_and_mended(edited: tuple[Path, Serving], page: Chromium) -> None:
    """Every problem is shown above the last readable text, with place and hint, and in the terminal."""
    chapter, server = edited
    gist, other = gists(chapter)
    look(page, server)
    page.wait(f"{TEXT}.includes('{gist}')")
    change(chapter, f"::: gist\n{gist}\n:::\n\nWhatever", "![What](missing.svg)")
    page.wait(f"{TROUBLES}.includes('this question has no gist')")
    shown = page.value(TROUBLES)
    assert f"{chapter}:6" in shown
    assert "add a `::: gist` block below it" in shown
    assert f"{chapter}:8" in shown
    assert page.value("document.querySelector('.chapters .wrong').innerText") == "2"
    assert gist in page.value(TEXT)
    server.wait(f"{chapter}:6: error[no-gist]")
    change(chapter, "![What](missing.svg)", f"::: gist\n{other}\n:::\n\nWhatever")
    page.wait(f"{TEXT}.includes('{other}') && !{TROUBLES}")
    server.wait("No problems any more.")
    page.wait("!document.querySelector('.wrong')")


@pytest.mark.parametrize("half", [b"---\ntitle: ", b"\xff\xfe", b"---\nnumber: [\n---\n```"])
def test_a_file_saved_by_halves(edited: tuple[Path, Serving], page: Chromium, half: bytes) -> None:
    """An unreadable file is reported in words, until the rest of it has arrived."""
    chapter, server = edited
    whole, (gist, other) = chapter.read_text(), gists(chapter)
    look(page, server)
    page.wait(f"{TEXT}.includes('{gist}')")
    chapter.write_bytes(half)
    page.wait(f"{TROUBLES}.includes('{chapter}:')")
    assert gist in page.value(TEXT)
    chapter.write_text(whole.replace(gist, other))
    page.wait(f"{TEXT}.includes('{other}') && !{TROUBLES}")
    assert "Traceback" not in "".join(server.told)


def test_a_chapter_comes_and_goes(edited: tuple[Path, Serving], page: Chromium) -> None:
    """The list follows the folder; the settings of the book may be wrong meanwhile."""
    chapter, server = edited
    third, settings = chapter.with_name("03-three.md"), chapter.with_name("book.yaml")
    book, count = settings.read_text(), "document.querySelectorAll('.chapters a').length"
    look(page, server)
    third.write_text(chapter.read_text().replace("number: 1", "number: 3").replace("#answer", "#three"))
    page.wait(f"{count} === 3")
    settings.write_text("key: [")
    page.wait(f"{TROUBLES}.includes('book.yaml:')")
    assert page.value("document.title") == "A Small Book"
    settings.write_text(book.replace("Small", "Smaller"))
    page.wait(f"document.title === 'A Smaller Book' && !{TROUBLES}")
    settings.write_text(book)
    third.unlink()
    page.wait(f"{count} === 2 && document.title === 'A Small Book'")


def test_begin_with_problems(make_book: MakeBook, page: Chromium) -> None:
    """A book unreadable at first is shown as soon as it is readable, and SIGTERM ends it as any other command."""
    folder = make_book(book="key: [")
    with serving(folder) as server:
        page.open("about:blank")
        page.open(server.url)
        page.wait(f"{TROUBLES}.includes('book.yaml:')")
        (folder / "book.yaml").write_text(BOOK)
        page.wait("document.querySelectorAll('.chapters a').length === 1")
        assert server.end(signal.SIGTERM) == 143


def test_cards_flip(long: tuple[Path, Serving], page: Chromium) -> None:
    """The space bar turns a card over, arrows lead to the next, a save leaves it as it lies."""
    chapter, server = long
    look(page, server, "/cards/01-first-steps#n3")
    page.wait(f"{TEXT}.includes('What is number 3?') && !{TEXT}.includes('It is number')")
    page.press(" ")
    page.wait(f"{TEXT}.includes('It is number 3.') && !{TEXT}.includes('What is')")
    change(chapter, "It is number 3.", "It is three.")
    page.wait(f"{TEXT}.includes('It is three.')")
    page.press("ArrowRight")
    page.wait(f"{TEXT}.includes('What is number 4?') && !{TEXT}.includes('It is')")
    page.press("ArrowLeft")
    page.wait(f"{TEXT}.includes('What is number 3?')")
    page.value(f"{PAGE}.querySelector('.here').click()")
    page.wait(f"{TEXT}.includes('It is three.')")


def test_pages_follow(edited: tuple[Path, Serving], page: Chromium) -> None:
    """The page as it is printed comes when it is there, and another one when its text changes."""
    chapter, server = edited
    picture = f"{PAGE}.querySelector('.printed img')"
    ready = f"{picture}.complete && {picture}.naturalWidth > 1000"
    look(page, server)
    page.wait(ready)
    first = page.value(f"{picture}.src")
    change(chapter, *gists(chapter))
    page.wait(f"{picture}.src !== '{first}' && {ready}")


def test_without_pango(make_book: MakeBook, page: Chromium, tmp_path: Path) -> None:
    """Text is shown although nothing can be printed, and it is said why."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')")
    with serving(make_book(), PYTHONPATH=str(tmp_path)) as server:
        look(page, server)
        page.wait(f"{TROUBLES}.includes('Pango is not installed')")
        assert "What a question asks for." in page.value(TEXT)


def test_templates(edited: tuple[Path, Serving], page: Chromium) -> None:
    """The user's templates come first; a mistake in them is reported with its line, and a style shows at once."""
    chapter, server = edited
    mine, (gist, _) = chapter.parent.with_name("mine"), gists(chapter)
    color = f"{FRAME}.contentWindow.getComputedStyle({PAGE}.querySelector('h2')).color"
    sheets, blocks = mine / "sheets/sheets.css", mine / "print/blocks.html.j2"
    look(page, server)
    sheets.write_text(f"{(ROOT / 'templates/sheets/sheets.css').read_text()}\nh2 {{ color: rgb(1, 2, 3) }}")
    page.wait(f"{color} === 'rgb(1, 2, 3)'")
    blocks.write_text("{% nosuch %}")
    page.wait(f"{TROUBLES}.includes('blocks.html.j2:1')")
    assert gist in page.value(TEXT)
    blocks.write_text((ROOT / "templates/print/blocks.html.j2").read_text().replace("{{ question(", "Q: {{ question("))
    page.wait(f"{TEXT}.includes('Q: What is an answer?') && !{TROUBLES}")
    sheets.unlink()
    blocks.unlink()
    page.wait(f"{color} !== 'rgb(1, 2, 3)' && !{TEXT}.includes('Q:') && !{TROUBLES}")


def test_nothing_of_the_content_runs(edited: tuple[Path, Serving], page: Chromium) -> None:
    """Words of a book stay words, and active content is refused before it is shown."""
    chapter, server = edited
    settings, evil = chapter.with_name("book.yaml"), "<img src=x onerror='top.document.title=1'>"
    look(page, server)
    change(settings, "A Small Book", f'"{evil}"')
    page.wait(f"document.title === {evil!r}")
    link = f"[x](javascript:top.document.title=1) {evil} Whatever"
    change(chapter, "Whatever", link)
    page.wait(TROUBLES)
    for view in ("/ebook/answers/01-first-steps.xhtml", "/cards/01-first-steps"):
        look(page, server, view)
        assert page.value("document.title") == evil
        assert page.value(f"{PAGE}.querySelectorAll('a[href^=javascript], img').length") == 0
    change(chapter, link, "Whatever")
    change(settings, f'"{evil}"', "A Small Book")
    page.wait(f"document.title === 'A Small Book' && !{TROUBLES}")


def answer(server: Serving, method: str, address: str, **headers: str) -> tuple[int, Message, bytes]:
    """Return status, headers and body of the server's answer to a request, possibly not from a browser."""
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)) as connection:
        connection.putrequest(method, address, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.headers, response.read()


def test_who_may_ask(server: Serving) -> None:
    """Only its own pages may ask, under its own name, and only to read (https://owasp.org: DNS rebinding, CSRF)."""
    port = urlsplit(server.url).port
    assert socket.gethostbyname("127.0.0.1") == urlsplit(server.url).hostname
    for address in ("/", "/sheet/01-first-steps", "/events", "/templates/preview/preview.js"):
        for headers in (
            {"Host": "evil.example"},
            {"Host": f"evil.example:{port}"},
            {"Host": "127.0.0.1:1"},
            {"Host": ""},
            {"Origin": "http://evil.example"},
            {"Origin": "http://127.0.0.1:1"},
            {"Origin": "null"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
        ):
            status, _, body = answer(server, "GET", address, **headers)
            assert (status, body) == (403, b""), (address, headers)
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
            assert answer(server, method, address)[0] == 501
        assert answer(server, "POST", address)[0] == 403
    for headers in ({"Host": f"localhost:{port}"}, {"Origin": server.url.rstrip("/")}):
        assert answer(server, "GET", "/", **headers)[0] == 200
    status, _, body = answer(server, "HEAD", "/")
    assert (status, body) == (200, b"")
    with pytest.raises(OSError, match=r"refused|unreachable"):
        socket.create_connection((_other_address(), port or 0), timeout=1).close()


def _other_address() -> str:
    """Return an address of this machine beside 127.0.0.1."""
    return "127.0.0.2" if sys.platform == "linux" else socket.gethostbyname(socket.gethostname())


NOT_THERE = [
    "/book.yaml",
    "/secret.txt",
    "/01-first-steps.md",
    "/content/secret.txt",
    "/sheet",
    "/sheet/",
    "/sheet/99-x",
    "/templates/",
    "/templates/preview",
    "/templates/preview/",
    "/templates/labels/en.yaml",
    "/templates/preview/index.html.j2",
    "/templates/../pyproject.toml",
    "/templates/preview/../../pyproject.toml",
    "/templates/%2e%2e/pyproject.toml",
    "/templates/preview/%2e%2e%2f%2e%2e%2fpyproject.toml",
    "/templates/preview/preview.js%00",
    "/templates\\preview\\preview.js",
    "//etc/passwd",
    "/../../etc/passwd",
    "/pictures/",
    "/pictures/..%2f..%2fsecret.txt",
    "/math/",
    "/ebook/",
    "/ebook/answers/",
    "/ebook/../secret.txt",
    "/pages/",
]


def test_what_may_be_asked_for(server: Serving) -> None:
    """The server has only files of the preview: no other file and no listing, for any address."""
    assert answer(server, "GET", "/templates/preview/preview.js")[0] == 200
    for address in NOT_THERE:
        assert (answer(server, "GET", address)[0], address) == (404, address)


def test_no_link_leads_nowhere(server: Serving) -> None:
    """The page of the e-book leads to those of other chapters; pages of other kinds are not shown."""
    address = f"{server.url}ebook/answers/02-more.xhtml"
    _, _, page = answer(server, "GET", urlsplit(address).path)
    found = {urljoin(address, link) for link in re.findall(r'<a\b[^>]*? href="(.*?)"', page.decode())}
    assert found
    assert {answer(server, "GET", urlsplit(link).path)[0] for link in found} == {200}


@pytest.mark.parametrize("view", ["", *(view.address.format("01-first-steps")[1:] for view in VIEWS)])
def test_style_sheets_are_there(server: Serving, view: str) -> None:
    """All style sheets and scripts of a page are served."""
    address = f"{server.url}{view}"
    _, _, page = answer(server, "GET", urlsplit(address).path)
    links = re.findall(r'<link rel="stylesheet"[^>]* href="(.*?)"|<script[^>]*? src="(.*?)"', page.decode())
    assert links
    found = {urljoin(address, unescape(style or script)) for style, script in links}
    assert {link: answer(server, "GET", urlsplit(link).path)[0] for link in found} == dict.fromkeys(found, 200)


def test_policies(server: Serving) -> None:
    """Only the front page runs scripts, and only the preview's own; other pages cannot frame it."""
    _, headers, _ = answer(server, "GET", "/")
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    for address in (view.address.format("01-first-steps") for view in VIEWS):
        status, headers, _ = answer(server, "GET", address)
        policy = headers["Content-Security-Policy"]
        assert status == 200
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'self'" in policy


def test_interrupted(make_book: MakeBook) -> None:
    """Ctrl-C ends it with status 130 and leaves no process, also while a page is printed."""
    with serving(make_book(LONG)) as server:
        answer(server, "GET", "/sheet/01-first-steps")
        assert server.end() == 130
        assert "Traceback" not in "".join(server.told)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a signal go to one thread of another process")
def test_an_interrupt_that_wakes_nobody(make_book: MakeBook) -> None:
    """An interrupt just before the wait for work is handled all the same."""
    with serving(make_book()) as server:
        for _ in range(2):  # after the first, it has yet to look for problems
            answer(server, "GET", "/")
        time.sleep(0.3)
        pid = server.process.pid
        others = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir() if task.name != str(pid)]
        ctypes.CDLL(None).tgkill(pid, others[0], signal.SIGINT)
        assert server.process.wait(PATIENCE) == 130
        server.close()


def test_ports(make_book: MakeBook) -> None:
    """If the default port is taken, another one is used; a requested port is an error."""
    folder = make_book()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", PORT))
        except OSError:
            pass  # somebody else has it
        else:
            taken.listen()
        server = Serving(folder)
        try:
            server.wait(f"Port {PORT} is taken")
            assert urlsplit(server.url).port not in (None, PORT)
            refused = crib("serve", "--content", folder, "--port", urlsplit(server.url).port, folder=folder.parent)
        finally:
            server.end()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert re.fullmatch(r"error: 127\.0\.0\.1:\d+: Address already in use\n", refused.stderr)


def test_no_book(tmp_path: Path) -> None:
    """A missing folder cannot be watched."""
    done = crib("serve", "--content", tmp_path / "nosuch", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"error: there is no folder {tmp_path}/nosuch\n")


def test_one_chapter_again(make_book: MakeBook) -> None:
    """A chapter read again takes its problems with it, and leaves all others unchanged."""
    folder = make_book("<b>", **{"02-two.md": ANSWER.replace("#answer", "#two")})
    (folder / "02-two.md").write_text((folder / "02-two.md").read_text().replace("number: 1", "number: 2"))
    before = read_book(folder)
    change(folder / "02-two.md", "Whatever", "<i>")
    after = before.reread(before.book.chapters[1])
    assert after.book.chapters[0] is before.book.chapters[0]
    assert set(after.problems) == set(read_book(folder).problems) > set(before.problems)
