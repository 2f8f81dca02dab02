"""Code blocks in HTML, highlighted if Pygments knows their language and is in time."""

from __future__ import annotations

from html import escape

from crib.engine import budget
from crib.markup.highlight import highlighted


def code_html(code: str, language: str) -> str:
    """Return *code* as `<pre>`; plain where *language* is empty, or Pygments does not highlight it."""
    html = highlighted(code, language, budget.code_seconds())
    return f'<pre class="code"><code>{escape(code, quote=False) if html is None else html}</code></pre>'
