"""The zip archive of an e-book, and PNGs in it, are readable to other programs."""

from __future__ import annotations

from datetime import datetime, timezone
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from PIL import Image

from crib.outputs.epub import container
from crib.outputs.epub.container import zip_container
from crib.outputs.epub.png import png
from crib.problems import BuildError

DAY = datetime(2024, 2, 29, tzinfo=timezone.utc)
FILES = [("EPUB/words.xhtml", b"words " * 1000), ("EPUB/\u00fc.svg", b""), ("EPUB/noise", bytes(range(256)))]


def test_python_reads_the_archive() -> None:
    """Names in any script, contents and check sums, empty files and those that cannot be compressed."""
    with ZipFile(BytesIO(zip_container(FILES, DAY))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["mimetype", *(name for name, _ in FILES)]
        assert [archive.read(name) for name, _ in FILES] == [data for _, data in FILES]
        words = archive.getinfo("EPUB/words.xhtml")
        assert words.compress_type == ZIP_DEFLATED
        assert words.compress_size < 100


@pytest.mark.parametrize(("limit", "value"), [("_MOST_FILES", 3), ("_MOST_BYTES", 300)])
def test_what_no_reader_opens_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    """More files or bytes than a zip archive without extensions has room for."""
    monkeypatch.setattr(container, limit, value)
    with pytest.raises(BuildError, match="in parts"):
        zip_container(FILES, DAY)


def test_a_png_is_the_picture() -> None:
    """Pillow reads it as it was, with sides of any length, in fewer bytes than it writes itself."""
    picture = Image.radial_gradient("L").resize((301, 203)).quantize(24)
    data = png(picture)
    pillows = BytesIO()
    picture.save(pillows, "PNG", optimize=True)
    assert len(data) < len(pillows.getvalue())
    with Image.open(BytesIO(data)) as read:
        read.load()
        assert (read.mode, read.size) == ("P", (301, 203))
        assert read.convert("RGB").tobytes() == picture.convert("RGB").tobytes()
