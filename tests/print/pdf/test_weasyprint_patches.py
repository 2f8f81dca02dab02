"""Patches of WeasyPrint: the same PDF in less time, and an alarm for upstream changes of the patched code."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from hashlib import sha256
from importlib import import_module
from typing import Any

import pytest

from crib.print.pdf.weasyprint_loader import load_weasyprint

CSS = """
:root { --wide: 3em; font: 10px/1.4 serif; color: #123 }
@page { margin: 2cm 10%; @bottom-right { content: counter(page); border-top: 1px solid } }
@page :left { margin-left: 3cm }
section { margin-inline-start: 5%; padding-block: 3px; border-inline-end: 2px solid red; width: 60% }
section section { width: auto; max-width: calc(100% - var(--wide)); min-height: 2em; margin-left: 1px }
aside { float: right; width: 30%; box-sizing: border-box; border: 1px dotted; padding: 5%; border-radius: 4px 10% }
.all > * { border: inherit; background: inherit; margin: initial }
p::first-letter { font-size: 3em } p::first-line { color: blue }
u { text-decoration-color: red; outline: 1px dashed } li { border-block-style: dotted } th { border-top-style: solid }
u u { text-decoration-line: overline }
.absolute { position: absolute; right: 3%; top: 50% } .relative { position: relative; left: 10px }
.flex { display: flex } .flex > * { flex: 1; min-width: 10% } .grid { display: grid; grid-template-columns: 1fr 2fr }
.grid b { display: inline-block; width: 50%; padding-left: 10%; border-radius: 10%; background: #eee }
.columns { columns: 2; column-gap: 5% } table { border-collapse: collapse; width: 100% } td { padding: 2%; height: 2em }
table + table { border-collapse: separate } caption { text-align: inherit } .variant { font-variant: small-caps }
.small { font-size: smaller; line-height: 2ex; vertical-align: 30%; letter-spacing: 1px } [dir=rtl] { direction: rtl }
"""
WORDS = "Some words that fill a line and then some more, with <b>bold</b> and <u>under<u>lined</u></u> ones. " * 2
BODY = f"""<html lang="en"><title>All</title><style>{CSS}</style><body><section><p>{WORDS}</p><aside>{WORDS}</aside>
<section class="all" style="background: #eef; border: 1px solid"><p>{WORDS}</p><div>{WORDS}</div></section></section>
<p class="absolute">there</p><p class="relative variant">{WORDS}</p><div class="flex"><p>{WORDS}</p><p>b</p></div>
<div class="grid"><p>{WORDS}</p><p>{WORDS}</p></div><div class="columns">{WORDS * 4}</div>
<section dir="rtl">{WORDS}</section><table><caption>c</caption><tr><th rowspan="2">a<td>{WORDS}<tr><td>x</table>
<table><tr><td>y<td>z</table><ol><li>one<ul><li>two</ul></ol><p>a<sup class="small">b</sup></p><pre>{WORDS}</pre>"""
PRINT = """import sys, weasyprint
sys.stdout.buffer.write(weasyprint.HTML(string=sys.stdin.read()).write_pdf(pdf_identifier=b"1"))"""

UPSTREAM = {
    "weasyprint.css:ComputedStyle": "7c0d015848af",
    "weasyprint.css:AnonymousStyle": "de8d848efc9d",
    "weasyprint.formatting_structure.boxes:Box.is_in_normal_flow": "5c64f93458ea",
    "weasyprint.layout.percent:percentage": "17996ecb7fea",
    "weasyprint.layout.percent:resolve_one_percentage": "903912bb7087",
    "weasyprint.layout.percent:resolve_percentages": "a60d44c1e1c2",
    "weasyprint.layout.percent:resolve_radii_percentages": "ed586755ee14",
    "weasyprint.layout.percent:adjust_box_sizing": "78ead05679cf",
    "weasyprint.text.fonts:font_features": "782cc7d90802",
    "weasyprint.text.fonts:get_font_description": "aa053f028636",
    "weasyprint.text.line_break:strut": "9a9c6c44b33e",
    "tinyhtml5.inputstream:HTMLUnicodeInputStream.chars_until": "7c53e4bb4868",
}
"""Digests of the source of the patched code and its dependencies."""


def test_the_pdf_is_the_same() -> None:
    """A document with percentages, logical properties, variables and all kinds of boxes has the same bytes."""
    weasyprint = load_weasyprint()
    unpatched = subprocess.run(
        [sys.executable, "-c", PRINT], input=BODY.encode(), check=True, capture_output=True
    ).stdout
    assert weasyprint.HTML(string=BODY).write_pdf(pdf_identifier=b"1") == unpatched


@pytest.mark.parametrize("name", UPSTREAM)
def test_upstream_is_as_it_was(name: str) -> None:
    """If this fails, check upstream for the optimization: drop the patch, or adapt it."""
    module, _, path = name.partition(":")
    source = inspect.getsource(import_module(module))
    node: Any = ast.parse(source)
    for part in path.split("."):
        [node] = [inside for inside in node.body if getattr(inside, "name", "") == part]
    assert sha256(ast.unparse(node).encode()).hexdigest()[:12] == UPSTREAM[name]
