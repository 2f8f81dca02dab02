"""Markup that changes nothing is left out of the study page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.web.compact import compacted
from crib.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

ONE = "<mrow><mi>x</mi></mrow>"
SIGN = "<mrow><mo>-</mo></mrow>"
LEFT, RIGHT = ('<td style="text-align: left;">', '<td style="text-align: right;">')


@pytest.mark.parametrize(
    ("html", "direction", "left"),
    [
        ('<math display="block" xmlns="http://www.w3.org/1998/Math/MathML" alttext="x">', "ltr", 'block" alttext'),
        (f"<math>{ONE}{SIGN}</math>", "ltr", f"<math><mi>x</mi>{SIGN}</math>"),
        (LEFT + RIGHT, "ltr", f"<td>{RIGHT}"),
        (LEFT + RIGHT, "rtl", f"{LEFT}<td>"),
        ('<span class="hl-n">a</span> <span class="hl-k">in</span>', "ltr", 'a <span class="hl-k">in</span>'),
        ('<span class="other">a</span> &lt;td style="text-align: left;"', "ltr", '<span class="other">a</span> &lt;td'),
    ],
)
def test_what_is_left(html: str, direction: str, left: str) -> None:
    """Namespaces, rows of one sign, usual alignments and plain tokens go; operators, whose place counts, stay."""
    assert left in compacted(html, direction, Templates())


def test_a_style_of_the_user_s_keeps_its_tokens(tmp_path: Path) -> None:
    """A style sheet that colors names has them."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web/web.css").write_text(".hl-n { color: red }", encoding="utf-8")
    token = '<span class="hl-n">a</span>'
    assert compacted(token, "ltr", Templates(tmp_path)) == token
