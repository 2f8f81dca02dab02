"""What an SVG costs to draw: limits on its numbers, text and dashes, and a trial where no number foretells it."""

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
_PATIENCE = 15  # how many times its processor time it may take on a busy machine

_NUMBERS = {
    "cx", "cy", "d", "dx", "dy", "font-size", "fr", "fx", "fy", "gradientTransform", "height", "letter-spacing",
    "markerHeight", "markerWidth", "offset", "patternTransform", "points", "r", "refX", "refY", "rotate", "rx", "ry",
    "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "stroke-width", "style", "textLength", "transform",
    "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip
"""Attributes that hold lengths and coordinates."""

_LENGTHS = _NUMBERS - {"offset", "rotate", "stroke-dasharray", "stroke-dashoffset", "style", "transform"}
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_NAME = re.compile(r"#[\w-]+|(?<![\w.])[a-z][\w-]*", re.IGNORECASE)  # or a color; in a style they stand beside numbers
_NO_NUMBER = re.compile(r"(?<![\w#-])[-+]?(?:nan|inf(?:inity)?)(?!\w)", re.IGNORECASE)
_DASHES = re.compile(r"stroke-dasharray\s*:([^;}]*)", re.IGNORECASE)
_REPEATED = {"use", "pattern", "marker", "mask", "filter", "clipPath", "symbol", "image"}
"""Elements whose cost depends on what refers to them, or on what they hold."""


def complaint(root: Element) -> Complaint | None:
    """Return why a picture would cost too much, by what is written in it."""
    if len("".join(root.itertext())) > limits.SVG_TEXT:
        return "has too much text", f"at most {limits.SVG_TEXT:,} characters"
    extent = 1.0
    for element in root.iter():
        for name in _NUMBERS & element.attrib.keys():
            value = element.attrib[name]
            numbers = list(_numbers(_NAME.sub(" ", value) if name == "style" else value))
            if _NO_NUMBER.search(value) or any(abs(each) > limits.SVG_NUMBER for each in numbers):
                return f"has a number in `{name}` that is too large", f"at most {limits.SVG_NUMBER:,}"
            if name in _LENGTHS:
                extent = max(extent, *map(abs, numbers))
    for dashes in _dashes(root):
        period = sum(_numbers(dashes))
        if 0 < period < extent / limits.SVG_DASHES:
            return "has lines of too many dashes", f"make dashes longer than `{dashes.strip()[:40]}`"
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
    """Return whether what it costs to draw a picture does not follow from its size."""
    text = 0
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        text += len(element.text or "") if name in ("text", "tspan", "textPath") else 0
        if name in _REPEATED or "spreadMethod" in element.attrib or "spreadMethod" in element.get("style", ""):
            return True
        if name == "style" and "spreadMethod" in "".join(element.itertext()):
            return True
        if any(abs(each) > _LARGE for each in _numbers(element.get("font-size", ""))):
            return True
    return text > _MUCH_TEXT


_LARGE, _MUCH_TEXT = 1000, 2000


def trial_complaint(path: Path, seconds: float) -> Complaint | None:
    """Draw the SVG at *path* in a process of its own; return why it cannot be drawn in *seconds* of a processor."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(own_folder() / "fonts" / "fonts.conf")}
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command(_PROGRAM, path, seconds, limits.PICTURE_MEMORY),
            stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment,
            timeout=60 + _PATIENCE * math.ceil(seconds),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _too_long(seconds)
    if done.returncode == -SIGPROF:
        return _too_long(seconds)
    if done.returncode == OUT_OF_MEMORY:
        return f"takes more than {limits.PICTURE_MEMORY / 1e9:g} GB to draw", _SIMPLER
    return None


def _too_long(seconds: float) -> Complaint:
    return f"takes more than {seconds:g} seconds to draw", _SIMPLER


_SIMPLER = "make it simpler: gradients, patterns or masks that are repeated often take long"
