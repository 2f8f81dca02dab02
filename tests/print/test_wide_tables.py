"""Wide tables as they are laid out."""

from __future__ import annotations

import pytest

from crib.home import own_folder
from crib.print.pdf.printer import Printer
from crib.print.pdf.style_sheets import StyleSheets

HEADS = ("Parameter", "Default", "Deprecated", "Description")


@pytest.mark.parametrize("theme", ["color", "ink", "large"])
@pytest.mark.parametrize("output", ["sheets/sheets.css", "book/book.css"])
def test_dense_tables_have_smaller_type_and_whole_heads(output: str, theme: str) -> None:
    """Dense tables have smaller type and whole headers in every theme, even if words of a row must be broken."""
    folder = own_folder()
    styles = tuple(folder / name for name in ("print/print.css", f"print/{theme}.css", output))
    row = f"<tr><td>{'w' * 40}</td><td>1</td><td>no</td><td>{'d' * 40}</td></tr>"
    table = f"<thead><tr>{''.join(f'<th>{head}</th>' for head in HEADS)}</tr></thead><tbody>{row}</tbody></table>"
    html = f"<style>@page {{ size: 600px }}</style><body class='text'><p>Text</p><table class='dense'>{table}"
    [page] = Printer(folder, {}, StyleSheets(styles, (folder,))).lay_out(f"<!DOCTYPE html><html>{html}").pages
    sizes = {box.text: box.style["font_size"] for box in page._page_box.descendants() if hasattr(box, "text")}
    assert sizes.keys() >= set(HEADS)
    assert {sizes[head] for head in HEADS} == {sizes["1"]}
    assert sizes["1"] < sizes["Text"]
