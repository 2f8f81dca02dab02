"""Patches of WeasyPrint and its HTML parser: the same results in less time.

- `ComputedStyle` and `AnonymousStyle` compute each property at its first use, in Python. Most have their
  initial or inherited value, so all initial values are filled in at once, and inherited ones take a short cut.
- Lengths of boxes are resolved again for every box and every trial of a page break. Without percentages
  they are the same for all boxes of a style.
- The height of an empty line, the font and its features are the same for all lines of a style.
- The HTML parser caches regular expressions under wrong keys, and compiles one again for every word.

`tests/print/pdf/test_weasyprint_patches.py` fails if a new version changes the patched code.
Depends on the named functions and classes of WeasyPrint 70.0, and on
`inputstream.characters_until_regex` of tinyhtml5 2.1.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from tinyhtml5 import inputstream
from weasyprint import css
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import inline, percent
from weasyprint.text import line_break

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

_SIDES = ("top", "right", "bottom", "left")
_BORDERS = {f"border_{side}_style": f"border_{side}_width" for side in _SIDES} | {"outline_style": "outline_width"}
_SPECIAL = {"display", "float", "page", "position"} | {name for name in INITIAL_VALUES if "text_decoration" in name}
_INITIAL = {
    name: value
    for name, value in INITIAL_VALUES.items()
    if name not in INHERITED | INITIAL_NOT_COMPUTED | _SPECIAL and not check_math(value)
} | dict.fromkeys(_BORDERS.values(), 0)
"""Computed values of properties not set by the cascade; a border without a style has no width."""

_INHERITED = INHERITED - PHYSICAL_FUNCTIONS.keys() - _SPECIAL

_DECIDES: dict[str, set[str]] = defaultdict(set, {style: {width} for style, width in _BORDERS.items()})
"""Dependent properties, by property: `margin_left` by `margin_inline_start`, widths of borders by their styles."""
for _name, _logical in PHYSICAL_FUNCTIONS.items():
    for _direction in ("ltr", "rtl"):
        _DECIDES[_logical(block="ttb", inline=_direction)] |= {_name, _BORDERS.get(_name, _name)}

_SIZES = ("width", "min_width", "max_width", "height", "min_height", "max_height")
_LENGTHS = (*(f"{area}_{side}" for area in ("margin", "padding") for side in _SIDES), *_SIZES)
_RADII = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))


def apply_patches() -> None:
    """Apply all patches, once in a process."""
    css.ComputedStyle, css.AnonymousStyle = _ComputedStyle, _AnonymousStyle
    _replace(percent.resolve_percentages, _LENGTHS, _is_length, [f"border_{side}_width" for side in _SIDES])
    _replace(percent.resolve_radii_percentages, _RADII, _is_square)
    inline.strut = _once_a_style(line_break.strut)
    line_break.get_font_description = _once_a_style(line_break.get_font_description)
    line_break.font_features = cache(line_break.font_features)
    Box.is_in_normal_flow = _is_in_normal_flow
    inputstream.characters_until_regex = _Patterns()


class _ComputedStyle(css.ComputedStyle):  # type: ignore[misc]
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.update(_INITIAL)
        for name in self.cascaded:
            for decided in (name, *_DECIDES.get(name, ())):
                self.pop(decided, None)

    def __missing__(self, key: str) -> Any:
        if key in _INHERITED and key not in self.cascaded and self.parent_style is not None:
            value = self[key] = self.parent_style[key]
            return value
        return super().__missing__(key)


class _AnonymousStyle(css.AnonymousStyle):  # type: ignore[misc]
    def __init__(self, parent: Any) -> None:
        self.update(_INITIAL)
        super().__init__(parent)


def _replace(
    resolve: Callable[..., None], names: Sequence[str], is_fixed: Callable[[Any], bool], others: Sequence[str] = ()
) -> None:
    """Replace *resolve* by a version run only once per style if the style's properties *names* are fixed.

    resolve  sets attributes of a box, *names* and *others*, to the used values of its style's properties
    """
    memory = f"_{resolve.__name__}"

    def resolve_once(box: Any, *arguments: Any, **options: Any) -> None:
        style = box.style
        used = vars(style).get(memory)
        if used:
            vars(box).update(used)
            return
        resolve(box, *arguments, **options)
        if used is None:
            once = style["border_collapse"] != "collapse" and all(is_fixed(style[name]) for name in names)
            setattr(style, memory, {name: getattr(box, name) for name in (*names, *others)} if once else {})

    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.") and getattr(module, resolve.__name__, None) is resolve:
            setattr(module, resolve.__name__, resolve_once)


def _is_length(value: Any) -> bool:
    return value is None or value == "auto" or getattr(value, "unit", None) == "px"


def _is_square(radii: Any) -> bool:
    return (0, "px") in radii


def _once_a_style(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return *function* of a style, memoized in the style."""
    memory = f"_{function.__name__}"

    def once(style: Any) -> Any:
        attributes = vars(style)
        if memory not in attributes:
            attributes[memory] = function(style)
        return attributes[memory]

    return once


_is_in_normal_flow_otherwise = Box.is_in_normal_flow


def _is_in_normal_flow(box: Any) -> bool:
    style = box.style
    return bool((style["float"] == "none" and style["position"] == "static") or _is_in_normal_flow_otherwise(box))


class _Patterns(dict[tuple["Container[str]", bool], "re.Pattern[str]"]):
    """Patterns for the longest run of some characters, or, without the flag, of all others."""

    def __missing__(self, key: Any) -> re.Pattern[str]:
        characters, inside = key
        listed = "".join(map(re.escape, sorted(characters)))
        pattern = self[key] = re.compile(f"[{'' if inside else '^'}{listed}]+")
        return pattern
