"""Rules of arrays in formulas: lines and frames in MathJax's SVG, styled without MathJax's CSS."""

from __future__ import annotations

import re

_RULE = re.compile(r'<(?:line|rect) data-(?:line|frame)="\w+" class="mjx-(\w+)"')
_STYLES = {
    "solid": ' stroke-width="70" fill="none"',
    "dashed": ' stroke-width="70" fill="none" stroke-dasharray="140"',
    "dotted": ' stroke-width="70" fill="none" stroke-dasharray="0,140" stroke-linecap="round"',
}


def with_rule_styles(svg: str) -> str:
    """Return the *svg* of a formula with SVG attributes on its array rules, in place of MathJax's CSS."""
    return _RULE.sub(lambda rule: rule[0] + _STYLES[rule[1]], svg)
