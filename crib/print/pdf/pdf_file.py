"""PDF writer: a file is written from sections, ranges of objects with successive numbers, one at a time.

The file has object streams and a cross-reference stream (ISO 32000-1, 7.5.7 and 7.5.8).
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pikepdf import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from pikepdf import Pdf

_HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R", re.DOTALL)
"""A reference, or a string, to skip text in it that looks like a reference."""

_MEMBERS = 500
"""Maximum number of objects in an object stream: larger streams compress better, but are read as a whole."""

_ENTRY = struct.Struct(">xBIH")
"""An entry of the cross-reference stream, behind the byte for its predictor."""
_FREE, _PLAIN, _PACKED = 0, 1, 2
_UP = 2
"""The PNG predictor `Up`: each entry is stored as the difference from the one above."""


@dataclass(frozen=True)
class PdfSection:
    """A range of objects, in PDF syntax.

    first    the number of the first object
    body     the bytes of all objects
    entries  their entries in the cross-reference stream; unused numbers are free
    places   offsets in the body of objects outside object streams, by the index of their entry
    """

    first: int
    body: bytes
    entries: bytes
    places: tuple[tuple[int, int], ...]


def room(size: int) -> int:
    """Return the number of object numbers to reserve for a section of *size* objects and their object streams.

    It is rounded up by at most a quarter, so later sections usually keep their numbers when a few objects are added.
    """
    needed = size + size // _MEMBERS + 1
    step = 1 << max(0, needed.bit_length() - 3)
    return -(-needed // step) * step


def renumbered(text: bytes, number: Callable[[int], int]) -> bytes:
    """Return the *text* of objects with references renumbered by *number*."""
    return _REFERENCE.sub(lambda match: b"%d 0 R" % number(int(match[1])) if match[1] else match[0], text)


def references(text: bytes) -> Iterator[int]:
    """Yield the numbers in all references in the *text* of objects."""
    return (int(number) for number in _REFERENCE.findall(text) if number)


def text_of(item: Any) -> bytes:
    """Return an object of pikepdf in PDF syntax; for a stream, its dictionary."""
    text: bytes = item.stream_dict.unparse() if isinstance(item, Stream) else item.unparse(resolved=True)
    return text


class Copy:
    """Copies of objects of a PDF, as text under new numbers."""

    def __init__(self, pdf: Pdf, number: Callable[[int], int]) -> None:
        """Copy nothing yet; *number* maps old numbers to new ones."""
        self.objects: dict[int, bytes] = {}
        self.streams: dict[int, bytes] = {}
        self._pdf, self._number = pdf, number

    def add(self, roots: Iterable[int], without: Container[int]) -> None:
        """Copy the objects *roots* and all objects reachable from them, except those in *without*."""
        queue, copied = list(roots), set[int]()
        while queue:
            old = queue.pop()
            if old in copied or old in without:
                continue
            copied.add(old)
            item = self._pdf.get_object(old, 0)
            text = text_of(item)
            queue += references(text)
            new, text = self._number(old), renumbered(text, self._number)
            if isinstance(item, Stream):
                self.streams[new] = _stream(text, item.read_raw_bytes())
            else:
                self.objects[new] = text

    def section(self, first: int, size: int) -> PdfSection:
        """Return the copies as a section of *size* numbers from *first* on."""
        return section(first, size, self.objects, self.streams)


def _stream(dictionary: bytes, data: bytes) -> bytes:
    return b"%b\nstream\n%b\nendstream" % (dictionary, data)


def section(first: int, size: int, objects: Mapping[int, bytes], streams: Mapping[int, bytes]) -> PdfSection:
    """Return a section of *size* numbers from *first* on, with these *objects* and *streams*, by their numbers."""
    written = [(number, data) for number, data in streams.items()]
    entries = [_ENTRY.pack(_FREE, 0, 0)] * room(size)
    numbers = sorted(objects)
    for i, start in enumerate(range(0, len(numbers), _MEMBERS), first + size):
        members = numbers[start : start + _MEMBERS]
        written.append((i, _object_stream(members, [objects[number] for number in members])))
        for place, number in enumerate(members):
            entries[number - first] = _ENTRY.pack(_PACKED, i, place)
    chunks = [b"%d 0 obj\n%b\nendobj\n" % item for item in written]
    starts = accumulate(map(len, chunks), initial=0)
    places = tuple((number - first, start) for (number, _), start in zip(written, starts, strict=False))
    return PdfSection(first, b"".join(chunks), b"".join(entries), places)


def _object_stream(numbers: Sequence[int], texts: Sequence[bytes]) -> bytes:
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    head = b"".join(b"%d %d " % item for item in zip(numbers, starts, strict=False))
    data = zlib.compress(head + b" ".join(texts), 9)
    values = (len(head), len(data), len(numbers))
    return _stream(b"<< /Filter /FlateDecode /First %d /Length %d /N %d /Type /ObjStm >>" % values, data)


def pdf_file(sections: Iterable[PdfSection], root: int, info: int) -> bytes:
    """Return the PDF of *sections*, in the order of their numbers; *root* and *info* are numbers of objects."""
    chunks, table, ranges = [_HEAD], bytearray(), b""
    position, last = len(_HEAD), 0
    for part in sections:
        chunks.append(part.body)
        start = len(table)
        table += part.entries
        for entry, place in part.places:
            _ENTRY.pack_into(table, start + entry * _ENTRY.size, _PLAIN, position + place, 0)
        count = len(part.entries) // _ENTRY.size
        ranges += b"%d %d " % (part.first, count)
        position += len(part.body)
        last = part.first + count
    table += _ENTRY.pack(_PLAIN, position, 0)
    data = zlib.compress(_predicted(bytes(table)), 9)
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    identifier = digest.hexdigest()[:32].encode()
    dictionary = (
        b"<< /DecodeParms << /Columns 7 /Predictor 12 >> /Filter /FlateDecode /ID [ <%b> <%b> ] /Index [ %b%d 1 ] "
        b"/Info %d 0 R /Length %d /Root %d 0 R /Size %d /Type /XRef /W [ 1 4 2 ] >>"
        % (identifier, identifier, ranges, last, info, len(data), root, last + 1)
    )
    chunks.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, _stream(dictionary, data), position))
    return b"".join(chunks)


def _predicted(table: bytes) -> bytes:
    """Return *table* encoded by the PNG predictor `Up`: each byte minus the byte above."""
    above = bytes(_ENTRY.size) + table[: -_ENTRY.size]
    rows = bytearray((byte - up) & 0xFF for byte, up in zip(table, above, strict=True))
    rows[:: _ENTRY.size] = bytes([_UP]) * (len(rows) // _ENTRY.size)
    return bytes(rows)
