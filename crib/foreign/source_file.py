"""Source files of an import: read within limits, without following links."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib import limits
from crib.files import RefusedError, read_inside
from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.problem_codes import Code

_HIDDEN = (".", "_")
"""Prefixes of files and folders to ignore: `.git`, `.obsidian`, `_site`."""

_SKIPPED = {"node_modules", "venv", "__pycache__"}


@dataclass(frozen=True)
class SourceFile:
    """A file to import: its path as typed by the user, and the root folder of its pictures."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """The path in reports."""
        return str(self.path)

    @property
    def suffix(self) -> str:
        """The suffix of the file, in lower case."""
        return self.path.suffix.lower()

    @cached_property
    def data(self) -> bytes:
        """The whole file. Raises BuildError."""
        return self.read(limits.IMPORT_BYTES)

    def read(self, most: int) -> bytes:
        """Return the file, of at most *most* bytes. Raises BuildError."""
        try:
            data = read_inside(self.path, self.root, most + 1)
        except OSError as error:
            raise self.problem("unreadable", f"cannot be read: {error.strerror}") from None
        if len(data) > most:
            raise self.problem("too-large", f"larger than {most:,} bytes", "split it, and import the parts")
        return data

    @cached_property
    def text(self) -> str:
        """The file as text: UTF-8 or, with a byte order mark, UTF-16; lines end with a line feed. Raises BuildError."""
        data = self.data
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            hint = "save it in UTF-8 in your editor"
            raise self.problem("encoding", "not in UTF-8", hint) from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def loose_text(self) -> str:
        """The file as text: in Unicode, or else in Windows-1252. Raises BuildError."""
        try:
            return self.text
        except BuildError:
            text = self.data.decode("cp1252", errors="replace")
            return text.replace("\r\n", "\n").replace("\r", "\n")

    def problem(self, code: Code, text: str, hint: str = "", line: int = 0) -> BuildError:
        """Return an error about the file for the caller to raise."""
        return BuildError(Problem(self.name, line, code, text, hint))

    def picture(self, target: str) -> bytes | None:
        """Return the picture at *target*, as written in the file; None if it is missing in `root`."""
        for name in dict.fromkeys((unquote(target), target)):
            for folder in dict.fromkeys((self.path.parent, self.root)):
                try:
                    return read_inside(folder / name, self.root, limits.PICTURE_BYTES + 1)
                except (OSError, ValueError):  # ValueError: a name with a null character
                    continue
        return None


def source_files(sources: Sequence[Path], suffixes: frozenset[str]) -> Iterator[SourceFile]:
    """Yield the files to import: *sources*, and in folders the files with one of *suffixes*.

    Links in folders are not followed. Raises BuildError.
    """
    for source in sources:
        if source.is_dir():
            paths = [path for path in _walk(source) if path.suffix.lower() in suffixes]
            if not paths:
                raise BuildError(Problem(str(source), 0, "no-source", "this folder has no file that can be imported"))
            yield from (SourceFile(path, source) for path in paths)
        elif source.exists():
            yield SourceFile(source, source.parent)
        else:
            raise BuildError(Problem(str(source), 0, "no-source", "there is no such file or folder"))


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the regular files in *folder* and its subfolders, sorted."""
    try:
        with os.scandir(folder) as entries:
            in_order = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise RefusedError(error.errno, error.strerror, str(folder)) from None
    for entry in in_order:
        if entry.name.startswith(_HIDDEN) or entry.name in _SKIPPED:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
