"""Code blocks in HTML, highlighted if Pygments knows the language and finishes in time."""

from __future__ import annotations

from html import escape

from crib.engine import budget
from crib.markup.highlight import highlighted


def code_html(code: str, language: str) -> str:
    """Return *code* as `<pre>`, highlighted if possible; an empty *language* means plain text."""
    html = highlighted(code, language, budget.code_seconds())
    return f'<pre class="code"><code>{escape(code, quote=False) if html is None else html}</code></pre>'
