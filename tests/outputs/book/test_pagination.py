"""Parts of a document print the numbers of each other's pages, and are merged to one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.job import Job
from crib.outputs.book.chapter import compose
from crib.outputs.book.jobs import _printed, number_places
from crib.outputs.book.pagination import (
    END,
    PageNumbers,
    Part,
    PartLayout,
    PrintedPart,
    first_pages,
    lay_out_part,
    layout_of,
    page_numbers,
    print_part,
    reprint_if_changed,
)
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.print_setup import FilledTemplate, PrintSetup
from crib.problems import BuildError
from crib.render.templates import Templates
from crib.source import read_book
from tests.pdfs import texts_of

if TYPE_CHECKING:
    from tests.conftest import MakeBook

STYLE = """
@page { size: 60mm 60mm; margin: 10mm }
@page :left { @bottom-left { content: "left " counter(page) } }
@page :right { @bottom-right { content: "right " counter(page) } }
@page :blank { @bottom-left { content: none } }
p { break-before: page } #_end { break-before: recto }
[data-side="start"]::before { content: "left: " } [data-side="end"]::before { content: "right: " }
.flip[data-side="start"] { break-before: recto } .flip[data-side="end"] { break-before: verso }
"""


def part(*paragraphs: str, end: bool = True) -> Part:
    """Return a part with a page for each of *paragraphs*."""
    body = "\n".join([*paragraphs, f'<div id="{END}"></div>' * end])
    head = f'<!DOCTYPE html><html lang="en"><head><title>A title</title><style>{STYLE}</style></head>'
    html = FilledTemplate(f"{head}<body>{body}</body></html>")
    html.template = "a.html.j2"
    return Part(html)


def to(*names: str) -> str:
    """Return a reference to the pages of *names*."""
    return f'<span class="pages" data-of="{" ".join(names)}"></span>'


@pytest.fixture
def press(make_book: MakeBook) -> PrintSetup:
    """Return a press without style sheets of an output."""
    return PrintSetup.of(read_book(make_book()).book, Templates())


def printed(press: PrintSetup, *parts: Part) -> list[str]:
    """Return the text of all pages of *parts*, after one round."""
    layouts = tuple(lay_out_part(each, press, 1) for each in parts)
    starts = first_pages(*layouts)
    everywhere = tuple(range(len(parts)))
    numbers = [page_numbers(each, starts[number], starts, everywhere, layouts) for number, each in enumerate(parts)]
    pdf = merge_pdf(*(print_part(each, press, known).pdf for each, known in zip(parts, numbers, strict=True)))
    return [" ".join(text.split()) for text in texts_of(pdf)]


def test_numbers_go_on_and_lead_everywhere(press: PrintSetup) -> None:
    """A part before a right page fills its leaf; a page number is printed once for all its names."""
    first = part('<p id="a">A', f'<p id="b">B {to("e", "d")}', f'<p id="c">C <b id="c2">{to("c", "c2", "a")}</b>')
    second = part('<p id="d">D', f'<p id="e">E {to("b")}', end=False)
    third = part(f'<p id="f">F {to("f")}', end=False)
    assert printed(press, first, second, third) == [
        "A right 1",
        "B 6, 5 left 2",
        "C 3, 1 right 3",
        "",
        "D right 5",
        "E 2 left 6",
        "F 7 right 7",
    ]


def test_a_part_may_begin_on_the_left(press: PrintSetup) -> None:
    """Contents dependent on the side of a page are right."""
    parts = part('<p id="a">A', end=False), part('<p id="b" data-side="b">B', '<p data-side="a">C', end=False)
    assert printed(press, *parts) == ["A right 1", "left: B left 2", "right: C right 3"]


def test_layouts_have_the_page_of_each_element(press: PrintSetup) -> None:
    """Pages are counted from 0, including blank ones, up to the end mark."""
    assert lay_out_part(part('<p id="a">A', '<p id="b">B<b id="b2"></b>', '<p id="c">C'), press, 1) == PartLayout(
        4, {"a": 0, "b": 1, "b2": 1, "c": 2}
    )


def test_numbers_of_the_likely_length_move_nothing(press: PrintSetup) -> None:
    """So a long book is not printed twice for the sake of its page numbers."""
    here = part(f"<p>{' '.join([to('x')] * 400)}", '<p id="a">A')
    layout = layout_of(print_part(here, press, PageNumbers(1, {"x": 12345})))
    assert lay_out_part(here, press, 5) == layout
    assert lay_out_part(here, press, 2) != layout


def test_a_part_has_the_page_numbers_it_refers_to_alone() -> None:
    """So it is not printed again when other pages move."""
    here = part('<p id="a" data-side="a">A', f"<p>{to('b', 'lost')}")
    layouts = PartLayout(2, {"a": 0}), PartLayout(2, {"b": 1, "c": 1})
    assert page_numbers(here, 1, first_pages(*layouts), (0, 1), layouts) == PageNumbers(1, {"a": 1, "b": 4})


def test_nothing_is_printed_of_nothing(press: PrintSetup) -> None:
    """An empty part has no pages."""
    assert print_part(Part(), press, PageNumbers(1, {})) == PrintedPart()


def test_a_part_is_printed_again_only_with_other_numbers(press: PrintSetup) -> None:
    """With the same numbers, a part is not printed again."""
    here, before = part(f"<p>{to('x')}"), PageNumbers(1, {"x": 7})
    layout = layout_of(print_part(here, press, before))
    assert reprint_if_changed(here, press, before, layout, before) == b""
    again = reprint_if_changed(here, press, before, layout, PageNumbers(1, {"x": 9}))
    assert [re.sub(r"\s+", " ", text) for text in texts_of(again)] == ["9 right 1", ""]


def test_numbers_that_never_settle(press: PrintSetup) -> None:
    """Page numbers without a stable solution are an error, not a wrong book."""
    here = part("<p>A", '<p id="flip" class="flip" data-side="flip">B')

    def numbers(layout: PartLayout) -> PageNumbers:
        return page_numbers(here, 1, first_pages(layout), (0,), (layout,))

    before = numbers(lay_out_part(here, press, 1))
    layout = layout_of(print_part(here, press, before))
    with pytest.raises(BuildError, match="do not settle"):
        reprint_if_changed(here, press, before, layout, numbers(layout))


def test_pages_are_numbered_by_their_first_place() -> None:
    """Numbers go on from chapter to chapter; other elements than answers and their blocks are no places."""
    one, two = PartLayout(3, {"a": 0, "Fn:1": 1, "a.1": 1, "b": 1}), PartLayout(2, {"c": 1})
    assert number_places((one, two)) == {"a": "1", "a.1": "2", "c": "5"}


def test_a_part_is_numbered_after_all_before_it() -> None:
    """After the text and, of the matter behind it, each part as it was printed."""
    press: Any = "press"
    text, *parts = (Job("", compose, (name,)) for name in "tabc")
    printed = _printed(press, parts, [text], [])
    for i, job in enumerate(printed):
        part, _, numbers = job.arguments
        assert part is parts[i]
        first = numbers.arguments[1]
        starts, last = first.arguments
        before, *layouts = starts.arguments
        assert (before, last) == (text, -1)
        assert [layout.arguments for layout in layouts] == [(one,) for one in printed[:i]]
