"""Hostile sources: nothing outside is read or written, and nothing is without bounds."""

from __future__ import annotations

import http.server
import threading
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from crib import limits
from crib.importers.download import download
from crib.importers.importing import ImportOptions, import_sources
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.importers.report import ImportReport

BOMB = """<?xml version="1.0"?>
<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<quiz><question type="essay"><questiontext><text>&b;</text></questiontext></question></quiz>
"""


def bring(folder: Path, name: str, content: str | bytes) -> ImportReport:
    """Import a file *name* in *folder* with this *content*."""
    source = folder / "source" / name
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_sources([source], folder / "book", ImportOptions())


def test_pictures_outside_are_not_read(tmp_path: Path) -> None:
    """No path and no link leads out of the folder of the source."""
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "source").mkdir()
    (tmp_path / "source/link.svg").symlink_to(tmp_path / "secret.svg")
    names = ("../secret.svg", str(tmp_path / "secret.svg"), "link.svg", "..%2Fsecret.svg", "a%00.svg")
    pictures = "\n\n".join(f"![A]({name})" for name in names)
    report = bring(tmp_path, "a.md", f"## What?\n\nText.\n\n{pictures}\n")
    assert not any(name.startswith("figures") for name in report.files)
    assert sum("missing picture" in piece.why for piece in report.left_out) == len(names)


def test_folders_do_not_follow_links(tmp_path: Path) -> None:
    """Only a folder's own files are imported."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/a.md").write_text("## Why?\n\nSo.\n")
    (tmp_path / "outside.md").write_text("## Secret?\n\nYes.\n")
    (tmp_path / "vault/b.md").symlink_to(tmp_path / "outside.md")
    (tmp_path / "vault/c").symlink_to(tmp_path)
    report = import_sources([tmp_path / "vault"], tmp_path / "book", ImportOptions())
    assert sum(report.questions.values()) == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.xml", BOMB, "not readable as XML"),
        ("a.ipynb", "[" * 5000, "not a readable notebook"),
        ("a.ipynb", "[1, 2]", "not a readable notebook"),
        ("a.docx", b"PK\x03\x04 no archive", "not a readable ZIP archive"),
        ("a.docx", "", "not a readable ZIP archive"),
        ("a.md", b"\xff\xfe\x00", "not in UTF-8"),
        ("a.tsv", 'a\t"b\n' + "x" * 11_000_000, "not readable as a table"),
        ("a.exe", "MZ", "unknown file format"),
        ("a.md", "just text\n", "no questions were found"),
        ("a.md", "", "no questions were found"),
    ],
)
def test_what_is_refused(name: str, content: str | bytes, problem: str, tmp_path: Path) -> None:
    """Each is an error with the name of the file, or a hint."""
    with pytest.raises(BuildError, match=problem):
        bring(tmp_path, name, content)
    assert not (tmp_path / "book").exists()


def archive(path: Path, files: dict[str, bytes]) -> bytes:
    """Return a ZIP archive of *files*."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data in files.items():
            writer.writestr(name, data)
    return path.read_bytes()


def test_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names outside the folder are refused, and so are archives over the limit."""
    outside = archive(tmp_path / "a.zip", {"../../evil.xml": b"x"})
    with pytest.raises(BuildError, match="leads out"):
        bring(tmp_path, "a.docx", outside)
    monkeypatch.setattr(limits, "IMPORT_UNPACKED_BYTES", 10_000)
    with pytest.raises(BuildError, match="contains more than"):
        bring(tmp_path, "a.odt", archive(tmp_path / "b.zip", {"content.xml": b"0" * 20_000}))


def test_markup_that_does_something(tmp_path: Path) -> None:
    """Scripts, styles and handlers are dropped, with a line in the report."""
    page = (
        "<h2 onclick='x()'>What is <i style='color: red'>it</i>?</h2><p>It. <script>alert(1)</script>"
        "<iframe src='https://example.org'></iframe><a href='javascript:x()'>here</a> <b>bold</b></p>"
    )
    report = bring(tmp_path, "a.html", page)
    assert (tmp_path / "book/01-a.md").read_text().endswith("## What is *it*? {#what-is-it}\n\nIt. here **bold**\n")
    assert len([piece for piece in report.left_out if "no book can show" in piece.why]) == 2


class _Server(http.server.BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {
        "/a.svg": (200, {}, b"<svg/>"),
        "/moved": (302, {"Location": "/a.svg"}, b""),
        "/file": (302, {"Location": "ftp://example.org/a.svg"}, b""),
        "/large": (200, {}, b"0" * 2000),
    }

    def do_GET(self) -> None:
        status, headers, body = self.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    """Return the address of a server on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_downloads(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads are bounded, and redirected only to addresses of the same kind."""
    fetch = partial(download, schemes=("http",))
    assert fetch(f"{server}/a.svg") == fetch(f"{server}/moved") == b"<svg/>"
    with pytest.raises(OSError, match="not https"):
        fetch(f"{server}/file")
    monkeypatch.setattr(limits, "PICTURE_BYTES", 1000)
    with pytest.raises(ValueError, match="larger than"):
        fetch(f"{server}/large")
    with pytest.raises(ValueError, match="only https"):
        download(f"{server}/a.svg", schemes=("https",))
