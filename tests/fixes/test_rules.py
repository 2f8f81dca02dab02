"""Each rule edits its own mistakes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.fixes.captions import captions
from crib.fixes.edit import apply_edits
from crib.fixes.encoding import decode, fix_encoding
from crib.fixes.headings import headings
from crib.fixes.keys import missing_keys
from crib.fixes.list_markers import list_markers
from crib.fixes.spaces import spaces, spaces_of_settings
from crib.model.elements import attributes, children
from crib.problems import Report
from crib.source.markdown import read_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crib.fixes.edit import Edit
    from crib.model.elements import Elements

    Rule = Callable[[str, Elements], Iterator[Edit]]


def fixed(rule: Rule, markdown: str) -> str:
    """Return *markdown* with the edits of *rule*."""
    return apply_edits(markdown, rule(markdown, read_markdown(markdown, Report(""))))


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## Why?", "## Why? {#key}"),
        ("## Why?  \t", "## Why? {#key}  \t"),
        ("##\tWhy\tnot?", "##\tWhy\tnot? {#key}"),
        ("   ## Why?", "   ## Why? {#key}"),
        ("## Why? ##", "## Why? {#key} ##"),
        ("## Why C#", "## Why C# {#key}"),
        (r"## Why \##", r"## Why \## {#key}"),
        ("## Why? {level=recall}", "## Why? {#key level=recall}"),
        ("## Why? { level=recall }  ", "## Why? {#key level=recall }  "),
        ("## Why? {n=2} ##", "## Why? {#key n=2} ##"),
        ('## Why? {see="{a" n=2}', '## Why? {#key see="{a" n=2}'),
        ("## Why {x}?", "## Why {x}? {#key}"),
        ("## Why {x}", "## Why {x} {#key}"),
        (r"## Why \{n=2}", r"## Why \{n=2} {#key}"),
        ("## What is `{n=2}`", "## What is `{n=2}` {#key}"),
        ("## What is $x_{n=2}$", "## What is $x_{n=2}$ {#key}"),
        ("## What is *[a](https://example.org)*", "## What is *[a](https://example.org)* {#key}"),
        ("## Why {.term} is [it]{.term}", "## Why {.term} is [it]{.term} {#key}"),
        ("{n=2}\n## Why?", "{n=2}\n## Why? {#key}"),
        ("{n=2}\n## Why {x}", "{n=2}\n## Why {x} {#key}"),
        ("{n=2}\nWhy?\n---", "{n=2}\nWhy? {#key}\n---"),
        ("Why?\n---", "Why? {#key}\n---"),
        ("Why #\n  ----  ", "Why # {#key}\n  ----  "),
        ("Why\nnot? {n=2}\n---", "Why\nnot? {#key n=2}\n---"),
        ("> ## Why?", "> ## Why?"),
        ("    ## Why?", "    ## Why?"),
    ],
)
def test_missing_keys(heading: str, expected: str) -> None:
    """A key joins the attributes of a heading; its text stays the same."""
    before = read_markdown(f"{heading}\n\ntext\n", Report(""))
    markdown = apply_edits(heading, missing_keys(heading, before, dict.fromkeys((1, 2), "key")))
    assert markdown == expected
    after = read_markdown(f"{markdown}\n\ntext\n", Report(""))
    assert [children(block) for block in after] == [children(block) for block in before]
    if markdown != heading:
        assert attributes(after[0]) == ("key", *attributes(before[0])[1:])


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("* a\n* b\n", "- a\n- b\n"),
        ("+ a\n\n  + b\n\n+ c\n", "- a\n\n  - b\n\n- c\n"),
        ("1. * a\n   * b\n2. x\n", "1. - a\n   - b\n2. x\n"),
        ("(a) + a\n(b) + b\n", "(a) - a\n(b) - b\n"),
        ("> * a\n> * b\n", "> - a\n> - b\n"),
        ("- * a\n  * b\n", "- - a\n  - b\n"),
        ("*\ta\n*\tb\n", "-\ta\n-\tb\n"),
        ("term\n\n: * a\n  * b\n", "term\n\n: - a\n  - b\n"),
        ("* a\n+ b\n", "* a\n+ b\n"),
        ("*\n* b\n", "*\n* b\n"),
        ("*emphasis* a\n+1\n\n* * *\n", "*emphasis* a\n+1\n\n* * *\n"),
        ("- * * *\n- b\n", "- * * *\n- b\n"),
        ("```\n* a\n```\n\n    * b\n\n$* x$\n", "```\n* a\n```\n\n    * b\n\n$* x$\n"),
        ("* a[^1]\n\n[^1]: * b\n      * c\n", "- a[^1]\n\n[^1]: * b\n      * c\n"),
        ("::: tip\n* a\n:::\n\n* b\n", "::: tip\n- a\n:::\n\n- b\n"),
    ],
)
def test_list_markers(markdown: str, expected: str) -> None:
    """Markers of lists become `-`; stars and pluses elsewhere stay, and so do markers between two lists."""
    assert fixed(list_markers, markdown) == expected
    assert read_markdown(expected, Report("")) == read_markdown(markdown, Report(""))


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (":words\n", ": words\n"),
        ("Table: *Words*\n", ": *Words*\n"),
        ("table :\u00a0words\n", ": words\n"),
        (":  words\n", ":  words\n"),
        (":-)\n", ":-)\n"),
        ("Words: more\n", "Words: more\n"),
        ("Words\n\n:words\n", "Words\n\n:words\n"),
        ("::: tip\nwords\n:::\n", "::: tip\nwords\n:::\n"),
    ],
)
def test_captions(below: str, expected: str) -> None:
    """A paragraph right below a table becomes its caption if it is almost one."""
    assert fixed(captions, TABLE + below) == TABLE + expected
    quoted, wanted = ("".join(f"> {line}\n" for line in (TABLE + text).split("\n")) for text in (below, expected))
    assert fixed(captions, quoted) == wanted


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("##\u00a0Why?\n", "## Why?\n"),
        ("##\u3000Why?\u00a0!\n", "## Why?\u00a0!\n"),
        ("#\u00a05 of 7\n", "#\u00a05 of 7\n"),
        ("## Why? {#a\u00a0n=2}\n", "## Why? {#a n=2}\n"),
        ("## Why {x\u00a0y} z\n", "## Why {x\u00a0y} z\n"),
        (":::\u202fgist\nx\n:::\n", "::: gist\nx\n:::\n"),
        (":::\u00a0{.since date=2024}\nx\n:::\n", "::: {.since date=2024}\nx\n:::\n"),
        (":::\u00a0gist\nx\n\n: y\n:::\n", "::: gist\nx\n\n: y\n:::\n"),
        ("-\u00a0a\n-\u00a0b\n", "- a\n- b\n"),
        ("> *\u00a0a\n> *\u00a0b\n", "> * a\n> * b\n"),
        ("- a\n\u00a0\u00a0- b\n", "- a\n  - b\n"),
        ("| a | b |\n|---|\u00a0---|\n| 1\u00a0| 2 |\n", "| a | b |\n|---| ---|\n| 1\u00a0| 2 |\n"),
        ("5\u00a0km\n\u00a0x\nwhy\u00a0?\n1.\u00a0May\n", "5\u00a0km\n\u00a0x\nwhy\u00a0?\n1.\u00a0May\n"),
        ("```\n-\u00a0a\n```\n\n`-\u00a0a`, $-\u00a0a$\n", "```\n-\u00a0a\n```\n\n`-\u00a0a`, $-\u00a0a$\n"),
        ("\\-\u00a0a\n", "\\-\u00a0a\n"),
    ],
)
def test_spaces(markdown: str, expected: str) -> None:
    """Odd spaces in markup become ordinary ones; those in text, code and formulas stay."""
    assert fixed(spaces, markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("##Why?\ntext\n###Not\n", "## Why?\ntext\n### Not\n"),
        ("  ##Why?\n", "  ## Why?\n"),
        ("##Why?\n\n: x\n", "## Why?\n\n: x\n"),
        ("#tag\n\n- ##Why?\n\n\\##Why?\n", "#tag\n\n- ##Why?\n\n\\##Why?\n"),
        ("a ##b\n\n`##c`\n", "a ##b\n\n`##c`\n"),
    ],
)
def test_headings(markdown: str, expected: str) -> None:
    """A space after `##` makes a heading; a `#` elsewhere is text."""
    assert fixed(headings, markdown) == expected


def test_spaces_of_settings() -> None:
    """Only spaces between the name and the value of a setting count."""
    yaml = "title:\u00a0A\u00a0B\ntext: >-\n  note:\u00a0x\nkey: a:\u00a0b\n"
    assert apply_edits(yaml, spaces_of_settings(yaml)) == yaml.replace("title:\u00a0", "title: ")


@pytest.mark.parametrize(
    ("data", "text", "wrong"),
    [
        (b"a\n", "a\n", []),
        (b"", "", []),
        (b"\xef\xbb\xbfa\r\nb", "a\nb\n", ["byte order mark", "line ends", "end of the last line"]),
        (b"a\rb\n\n", "a\nb\n\n", ["line ends"]),
        ("é\r\n".encode("utf-16"), "é\n", ["byte order mark", "line ends"]),
    ],
)
def test_encoding(data: bytes, text: str, wrong: list[str]) -> None:
    """Files of every system and editor become alike."""
    assert fix_encoding(decode(data)) == (text, wrong)
