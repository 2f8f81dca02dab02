"""Markup without effect is dropped from the study page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tinyhtml5

from crib.outputs.web.minify import minified
from crib.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

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
    """Namespaces, rows of one sign, default alignments and plain tokens go; operators, with their places, stay."""
    assert left in minified(html, direction, Templates())


def test_browsers_read_the_same() -> None:
    """Without optional end tags, browsers read the same tree, words and code."""
    html = (
        '<div class="whole">\n<p>A <em>b</em> <a href="#c">c</a>\n<code>d</code></p>\n<ul>\n'
        "<li><p>e</p>\n<ol>\n<li>f</li>\n</ol></li>\n<li><p>g</p>\n<p>h</p></li>\n</ul>\n<table>\n<thead>\n<tr>\n<th>h</th>\n<td>i</td>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
        "<td>j</td>\n<td></td>\n</tr>\n<tr>\n<td>k</td>\n<td>l</td>\n</tr>\n</tbody>\n</table>\n"
        "<pre><code>m &lt;li&gt;\n\n  <span>n</span>\n  <span>o</span>\n</code></pre>\n"
        "<p>p</p>\n<section><p>q</p></section>\n</div>"
    )
    short = minified(html, "ltr", Templates())
    assert "</td>" not in short
    assert len(short) < 0.9 * len(html)
    assert _tree(short) == _tree(html)


def _tree(html: str) -> list[tuple[str, int, str]]:
    """Return each element of *html* as browsers read it: its name, the number of its children, and its text."""
    root = tinyhtml5.parse(html)
    return [(element.tag, len(element), _text(element)) for element in root.iter()]


def _text(element: Element) -> str:
    """Return the text of *element*; outside of code, whitespace only separates words."""
    text = "".join(element.itertext())
    return text if element.tag.endswith(("}pre", "}code", "}span")) else " ".join(text.split())


def test_a_style_of_the_user_s_keeps_its_tokens(tmp_path: Path) -> None:
    """Tokens with a rule in the user's style sheet stay."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web/web.css").write_text(".hl-n { color: red }", encoding="utf-8")
    token = '<span class="hl-n">a</span>'
    assert minified(token, "ltr", Templates(tmp_path)) == token
