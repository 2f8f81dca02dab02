"""Code blocks in HTML, highlighted if Pygments knows the language and finishes in time."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from crib.engine import budget
from crib.markup.highlight import highlighted

if TYPE_CHECKING:
    from pathlib import Path

_TOKEN = re.compile(r'<span class="(hl-\w+)">([^<>]*)</span>')
_STYLED = re.compile(r"\.(hl-\w+)")


def code_html(code: str, language: str) -> str:
    """Return *code* as `<pre>`, highlighted if possible; an empty *language* means plain text."""
    html = highlighted(code, language, budget.code_seconds())
    return f'<pre class="code"><code>{escape(code, quote=False) if html is None else html}</code></pre>'


def without_plain_tokens(html: str, style_sheet: Path) -> str:
    """Return *html* without the tokens of code that the file *style_sheet* does not name: most of them."""
    styled = set(_STYLED.findall(style_sheet.read_text(encoding="utf-8")))
    return _TOKEN.sub(lambda token: token[0] if token[1] in styled else token[2], html)
