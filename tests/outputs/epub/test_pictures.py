"""Pictures of the e-book: formats for every reading system, on a white background."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from PIL import Image, ImageCms

from crib.outputs.epub.pictures import for_any_page, with_ground
from tests.commands import crib
from tests.conftest import ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import MakeBook

SVG = 'xmlns="http://www.w3.org/2000/svg"'
RECT = '<rect x="{}" y="{}" width="{}" height="{}" style="fill: #fff; stroke: none"/>'


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return *image* as a file of this *kind*."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(picture: tuple[bytes, str]) -> tuple[str, str, Any]:
    """Return the suffix, the mode and the first pixel of a prepared picture."""
    data, suffix = picture
    image = Image.open(BytesIO(data))
    return suffix, image.mode, image.getpixel((0, 0))


@pytest.mark.parametrize(
    ("tag", "box"),
    [
        (f'<svg {SVG} viewBox="-2 -3 40 50">', ("-2", "-3", "40", "50")),
        (f'<?xml version="1.0"?>\n<!-- <svg> -->\n<svg a=">" {SVG} viewBox=" 0,0, 4e1,50 ">', ("0", "0", "4e1", "50")),
        (f'<svg {SVG} width="40" height="50">', ("0", "0", "100%", "100%")),
    ],
)
def test_a_drawing_has_a_ground(tag: str, box: tuple[str, ...]) -> None:
    """A white rectangle lies behind it, as large as its view box."""
    assert with_ground(f"{tag}<g/></svg>".encode()).decode() == f"{tag}{RECT.format(*box)}<g/></svg>"


def test_a_drawing_with_a_prefix() -> None:
    """The ground is of the same namespace."""
    svg = b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>'
    assert b"><s:rect " in with_ground(svg)


def test_an_empty_drawing_stays_so() -> None:
    """It has nothing to see, and no place for a ground."""
    empty = f"<svg {SVG} />".encode()
    assert with_ground(empty) == empty


@pytest.mark.parametrize(
    ("kind", "mode", "options", "expected"),
    [
        ("WEBP", "RGB", {"lossless": True}, (".png", "RGB", (9, 8, 7))),
        ("WEBP", "RGBA", {"lossless": True}, (".png", "RGB", (255, 255, 255))),
        ("PNG", "RGBA", {}, (".png", "RGB", (255, 255, 255))),
        ("PNG", "LA", {}, (".png", "RGB", (255, 255, 255))),
        ("PNG", "RGB", {}, (".png", "RGB", (9, 8, 7))),
        ("PNG", "L", {}, (".png", "L", 9)),
    ],
)
def test_what_every_reading_system_shows(kind: str, mode: str, options: Any, expected: tuple[str, str, Any]) -> None:
    """WebP becomes PNG, and transparency becomes white."""
    color: Any = {"RGB": (9, 8, 7), "RGBA": (0, 0, 0, 0), "LA": (0, 0), "L": 9}[mode]
    picture = saved(Image.new(mode, (20, 20), color), kind, **options)
    assert opened(for_any_page(picture, f".{kind.lower()}")) == expected


def test_a_photograph_stays_small() -> None:
    """Lossy WebP becomes JPEG."""
    suffix, mode, (red, *_) = opened(for_any_page(saved(Image.new("RGB", (20, 20), "#c04020"), "WEBP"), ".webp"))
    assert (suffix, mode) == (".jpg", "RGB")
    assert abs(red - 0xC0) < 9


def test_inks_become_light() -> None:
    """JPEG in CMYK becomes RGB, even with a broken color profile."""
    inks = Image.new("CMYK", (20, 20), (0, 255, 255, 0))
    for profile in (None, b"damaged", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()):
        picture = saved(inks, "JPEG", icc_profile=profile)
        suffix, mode, (red, green, _) = opened(for_any_page(picture, ".jpeg"))
        assert (suffix, mode) == (".jpeg", "RGB")
        assert red > 200
        assert green < 60


@pytest.mark.parametrize("prepare", [lambda: saved(Image.new("RGB", (20, 20), "red"), "JPEG")])
def test_other_pictures_keep_their_bytes(prepare: Callable[[], bytes]) -> None:
    """Formats of every reading system are not compressed again."""
    assert for_any_page(prepare(), ".jpg") == (prepare(), ".jpg")


def test_a_moving_picture_still_moves() -> None:
    """An animated GIF is left alone, even a transparent one."""
    frames = [Image.new("P", (20, 20), index) for index in (1, 2)]
    picture = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], transparency=0)
    assert for_any_page(picture, ".gif") == (picture, ".gif")


def test_a_picture_in_another_format_is_told_in_verbose_builds(make_book: MakeBook, tmp_path: Path) -> None:
    """With -v, once for both editions, and also if warnings are errors."""
    picture = saved(Image.new("RGB", (20, 20), "red"), "WEBP")
    folder = make_book(f"{ANSWER}\n![A red square](figures/red.webp)\n", **{"figures/red.webp": picture})
    told = "figures/red.webp: note[picture]: in the e-book this picture is converted to JPEG in RGB"
    for options, count in ((["-v", "--strict"], 1), (["--rehash"], 0)):
        done = crib("epub", *options, "--chapter", 1, "--content", folder, "--out", tmp_path / "dist")
        assert (done.returncode, done.stderr.count(told)) == (0, count), done.stderr
    with ZipFile(tmp_path / "dist/small-book-01.epub") as epub:
        assert next(name for name in epub.namelist() if "red" in name).endswith(".jpg")
