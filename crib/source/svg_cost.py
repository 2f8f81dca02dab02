"""Cost of drawing an SVG: limits on its numbers, text and dashes; if these cannot predict it, a trial."""

from __future__ import annotations

import math
import os
import re
import subprocess
from signal import SIGPROF
from typing import TYPE_CHECKING

from crib import limits
from crib.home import command, own_folder
from crib.source.draw_svg import OUT_OF_MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from crib.source.svg import Complaint

_PROGRAM = "crib.source.draw_svg"
_PATIENCE = 15  # elapsed time on a busy machine, as a multiple of processor time

_NUMBERS = {
    "cx", "cy", "d", "dx", "dy", "font-size", "fr", "fx", "fy", "gradientTransform", "height", "letter-spacing",
    "markerHeight", "markerWidth", "offset", "patternTransform", "points", "r", "refX", "refY", "rotate", "rx", "ry",
    "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "stroke-width", "style", "textLength", "transform",
    "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip
"""Attributes for lengths and coordinates."""

_LENGTHS = _NUMBERS - {"offset", "rotate", "stroke-dasharray", "stroke-dashoffset", "style", "transform"}
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_NAME = re.compile(r"#[\w-]+|(?<![\w.])[a-z][\w-]*", re.IGNORECASE)  # or a color; a style has them besides numbers
_NO_NUMBER = re.compile(r"(?<![\w#-])[-+]?(?:nan|inf(?:inity)?)(?!\w)", re.IGNORECASE)
_DASHES = re.compile(r"stroke-dasharray\s*:([^;}]*)", re.IGNORECASE)
_REPEATED = {"use", "pattern", "marker", "mask", "filter", "clipPath", "symbol", "image"}
"""Elements whose cost depends on their contents, or on references to them."""


def complaint(root: Element) -> Complaint | None:
    """Return a complaint about numbers, text or dashes beyond the limits; None if there is none."""
    if len("".join(root.itertext())) > limits.SVG_TEXT:
        return "has too much text", f"at most {limits.SVG_TEXT:,} characters"
    extent = 1.0
    for element in root.iter():
        for name in _NUMBERS & element.attrib.keys():
            value = element.attrib[name]
            numbers = list(_numbers(_NAME.sub(" ", value) if name == "style" else value))
            if _NO_NUMBER.search(value) or any(abs(number) > limits.SVG_NUMBER for number in numbers):
                return f"has a number in `{name}` that is too large", f"at most {limits.SVG_NUMBER:,}"
            if name in _LENGTHS:
                extent = max(extent, *map(abs, numbers))
    for dashes in _dashes(root):
        period = sum(_numbers(dashes))
        if 0 < period < extent / limits.SVG_DASHES:
            return "has lines with too many dashes", f"make dashes longer than `{dashes.strip()[:40]}`"
    return None


def _numbers(text: str) -> Iterator[float]:
    return (float(number) for number in _NUMBER.findall(text))


def _dashes(root: Element) -> Iterator[str]:
    """Yield every dash pattern, in attributes and styles."""
    for element in root.iter():
        yield element.get("stroke-dasharray", "")
        yield from _DASHES.findall(element.get("style", ""))
        if element.tag.endswith("}style"):
            yield from _DASHES.findall("".join(element.itertext()))


def needs_trial(root: Element) -> bool:
    """Return True if the size of a picture does not predict the cost of drawing it."""
    text = 0
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        text += len(element.text or "") if name in ("text", "tspan", "textPath") else 0
        if name in _REPEATED or "spreadMethod" in element.attrib or "spreadMethod" in element.get("style", ""):
            return True
        if name == "style" and "spreadMethod" in "".join(element.itertext()):
            return True
        if any(abs(size) > _LARGE for size in _numbers(element.get("font-size", ""))):
            return True
    return text > _MUCH_TEXT


_LARGE, _MUCH_TEXT = 1000, 2000


def trial_complaint(path: Path, seconds: float) -> Complaint | None:
    """Draw the SVG at *path* in another process; return a complaint if it takes too much memory or CPU time."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(own_folder() / "fonts" / "fonts.conf")}
    try:
        process = subprocess.run(  # noqa: S603 - our own program
            command(_PROGRAM, path, seconds, limits.PICTURE_MEMORY),
            stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment,
            timeout=60 + _PATIENCE * math.ceil(seconds),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _too_long(seconds)
    if process.returncode == -SIGPROF:
        return _too_long(seconds)
    if process.returncode == OUT_OF_MEMORY:
        return f"takes more than {limits.PICTURE_MEMORY / 1e9:g} GB to draw", _SIMPLER
    return None


def _too_long(seconds: float) -> Complaint:
    return f"takes more than {seconds:g} seconds to draw", _SIMPLER


_SIMPLER = "make it simpler: gradients, patterns and masks that are repeated often take long"
