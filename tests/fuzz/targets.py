"""The targets of fuzzing: each makes a case from a seed, and checks Crib's reaction."""

from __future__ import annotations

import re
import shutil
import socket
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from random import Random
from signal import SIGALRM, alarm, signal
from tempfile import TemporaryDirectory, mkdtemp
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

from click.testing import CliRunner
from PIL import Image

from crib.cli import main
from crib.engine.cache import Cache
from crib.engine.runner import shared_executor, workers
from crib.outputs.anki import jobs as anki
from crib.preview.editors import VS_CODE, Editor
from crib.preview.server import Server
from crib.preview.session import Session
from crib.problems import CribError
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ROOT
from tests.fuzz.mutations import mutated_bytes, mutated_text
from tests.pdfs import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

BOOK = ROOT / "tests/fixtures/epub"
LOCK = "# crib ledger 1, see docs/anki.md\n"
REQUEST = "GET /sheet/01-amp-and-angle HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n\r\n"
HANG = 60
"""Timeout of a case, in seconds."""

_LOCATED = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+))?: (?:error|warning)\[[\w-]+\]: .")
_COUNTS = re.compile(r"\d+ errors?(, \d+ warnings?)?\.")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class FoundError(AssertionError):
    """A case mishandled by Crib."""


@contextmanager
def bounded() -> Iterator[None]:
    """Raise FoundError for a hang."""

    def hangs(*_: object) -> None:
        raise FoundError("it hangs")

    before = signal(SIGALRM, hangs)
    alarm(HANG)
    try:
        yield
    finally:
        alarm(0)
        signal(SIGALRM, before)


@cache
def book() -> Path:
    """Return the folder of the book, with a picture not in git."""
    folder = Path(mkdtemp(), "book")
    shutil.copytree(BOOK, folder)
    Image.new("RGB", (30, 12), "red").save(folder / "figures/Red Ünit.png")
    return folder


def mutated_file(name: str, seed: int) -> bytes:
    """Return the file *name* of the book, mutated; a missing file starts from its minimal form."""
    path, random = BOOK / name, Random(f"{name} {seed}")
    text = path.read_text(encoding="utf-8") if path.exists() else _ABSENT[name]
    if random.random() < 0.1:
        return mutated_bytes(text.encode(), random)
    return mutated_text(text, random).encode("utf-8", "surrogatepass")


_ABSENT = {"anki.lock": LOCK, "retired.md": "## Gone? {#gone}\n\n::: gist\nIt went.\n:::\n"}


def check_book(name: str, data: bytes) -> None:
    """Check the book with *data* as its file *name*: every problem has its place, and without any it can be built."""
    with TemporaryDirectory() as scratch, bounded():
        folder = Path(scratch, "book")
        shutil.copytree(book(), folder)
        (folder / name).write_bytes(data)
        done = CliRunner().invoke(main, ["check", "--content", str(folder)])
        _check_exit(done)
        if done.exit_code:
            _check_places(done.stderr, folder)
        else:
            _check_output(folder)


def _check_exit(done: Result) -> None:
    """Raise FoundError unless a command ended with or without problems."""
    if done.exit_code not in (0, 1) or "error[crash]" in done.stderr:
        raise FoundError(done.stderr or repr(done.exception))


def _check_places(report: str, folder: Path) -> None:
    """Raise FoundError for a problem with a wrong place, or with a raw control character."""
    *lines, counts = report.rstrip("\n").split("\n")
    if not _COUNTS.fullmatch(counts):
        raise FoundError(f"no counts: {counts}")
    if _CONTROL.search(report.replace("\n", "")):
        raise FoundError(f"raw control characters: {report!r}")
    for line in lines:
        if line.startswith("  "):
            continue
        place = _LOCATED.match(line)
        if not place:
            raise FoundError(f"no place: {line}")
        path = Path(place["file"])
        count = path.read_bytes().count(b"\n") + path.read_bytes().count(b"\r") + 1 if path.is_file() else 1
        if not 1 <= int(place["line"] or 1) <= count or not path.is_relative_to(folder):
            raise FoundError(f"no such line: {line}")


def _check_output(folder: Path) -> None:
    """Build the deck, with every answer rendered; refusals are in words, too."""
    try:
        made(anki.jobs(read_book(folder).book, Templates()))
    except CribError as error:
        if any(problem.code == "crash" for problem in error.problems):
            raise FoundError(str(error)) from error


@cache
def deck() -> bytes:
    """Return the deck of the book, the base of packages to compare."""
    [(_, data)] = made(anki.jobs(read_book(book()).book, Templates())).items()
    return data


def mutated_deck(seed: int) -> bytes:
    """Return the deck, mutated."""
    return mutated_bytes(deck(), Random(f"deck {seed}"))


def check_deck(data: bytes) -> None:
    """Compare the book with a damaged deck: the result is a refusal in words, or a list of changes."""
    with TemporaryDirectory() as scratch, bounded():
        path = Path(scratch, "old.apkg")
        path.write_bytes(data)
        done = CliRunner().invoke(main, ["anki", "--content", str(book()), "--diff", str(path)])
        _check_exit(done)
        if done.exit_code and str(path) not in done.stderr:
            raise FoundError(f"no place: {done.stderr}")


def mutated_request(seed: int) -> bytes:
    """Return a request to the preview, mutated."""
    random = Random(f"request {seed}")
    text = mutated_text(REQUEST, random)
    return mutated_bytes(text.encode("utf-8", "surrogatepass"), random) if random.random() < 0.3 else text.encode()


@contextmanager
def requests() -> Iterator[Callable[[bytes], None]]:
    """Serve the book, and yield the check of one request."""
    with shared_executor(partial(workers, 1, Cache())) as opened:
        session = Session(book(), None, opened, lambda _: None)
        server = Server(0, session, Editor((VS_CODE,)))
        ended: list[Any] = []
        worker = Thread(target=_work, args=(session, ended))
        for thread in (worker, Thread(target=server.serve_forever, daemon=True)):
            thread.start()
        try:
            yield partial(_check_request, server.server_port)
        finally:
            session.later(_interrupt)
            worker.join()
            server.shutdown()
            server.server_close()


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _work(session: Session, ended: list[Any]) -> None:
    try:
        session.work()
    except KeyboardInterrupt as error:
        ended.append(error)


def _check_request(port: int, data: bytes) -> None:
    """Send *data*: the answer is HTTP or nothing, and the next honest request is answered."""
    _exchange(port, data.replace(b"{port}", str(port).encode()))
    answer = _exchange(port, REQUEST.format(port=port).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").encode())
    if not answer.startswith(b"HTTP/1.1 200"):
        raise FoundError(f"no answer any more: {answer[:80]!r}")


def _exchange(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=HANG) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    if answer and not answer.startswith((b"HTTP/1.1 ", b"<!DOCTYPE", b"<html")):
        raise FoundError(f"no HTTP: {answer[:80]!r}")
    return answer


FILES = (
    "01-amp-and-angle.md",
    "10-plain.md",
    "book.yaml",
    "tags.yaml",
    "notation.md",
    "retired.md",
    "anki.lock",
    "figures/disk.svg",
)
"""Files of a book to mutate."""
