"""Code to highlighted HTML."""

from __future__ import annotations

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

PREFIX = "hl-"
"""Begins every class of highlighted code, so that a template's own short classes are safe."""


def code_html(code: str, language: str) -> str:
    """Return *code* as `<pre>`; plain where *language* is empty or not known to Pygments."""
    html = escape(code, quote=False)
    if language:
        try:
            lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        except ClassNotFound:
            pass
        else:
            html = highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix=PREFIX))
    return f'<pre class="code"><code>{html}</code></pre>'
