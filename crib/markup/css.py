"""Check CSS against the allowlist: no remote address, nothing that runs or covers other content."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import tinycss2

from crib.markup.output_allowlist import AT_RULES, FUNCTIONS, REFUSED_PROPERTIES, STYLES
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Found = tuple[int, str]
    """The line and the description of refused CSS."""

_LOCAL = re.compile(r"(?!//)[^\x00-\x20\x7f\\:{}/?#]*(?:[/?#][^\x00-\x20\x7f\\]*)?")
_BLOCKS = ("() block", "[] block", "{} block")
_PLAIN = ("whitespace", "ident", "dimension", "percentage", "number", "literal")
_WITHOUT_ADDRESSES = ("charset", "namespace")  # their strings are names, not addresses


def is_local(address: str) -> bool:
    """Return True if *address* is relative: a file beside, or a place in the same file."""
    return bool(_LOCAL.fullmatch(address))


@lru_cache(10_000)
def refused_in_style(style: str) -> str:
    """Describe the first refused declaration or value in a `style` attribute; may be empty."""
    for node in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration" or node.lower_name not in STYLES:
            return f"the style `{node.name if node.type == 'declaration' else short(style)}`"
        for token in node.value:
            if token.type not in _PLAIN:
                return f"`{token.serialize()}` in the style `{node.name}`"
    return ""


@lru_cache(100)
def refused_in_sheet(css: str) -> tuple[Found, ...]:
    """Return the line and the description of everything refused in the style sheet *css*."""
    return tuple(_in_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _in_rules(nodes: Iterable[Any]) -> Iterator[Found]:
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword not in AT_RULES:
            yield node.source_line, f"the rule `@{node.at_keyword}`"
        elif node.type in ("at-rule", "qualified-rule"):
            if node.type == "at-rule" and node.lower_at_keyword not in _WITHOUT_ADDRESSES:
                yield from _in_value(node.prelude)
            yield from _in_rules(
                tinycss2.parse_blocks_contents(node.content or [], skip_comments=True, skip_whitespace=True)
            )
        elif node.type == "declaration":
            if node.lower_name in REFUSED_PROPERTIES:
                yield node.source_line, f"the style `{node.name}`"
            yield from _in_value(node.value)
        elif node.type == "error":
            yield node.source_line, f"CSS that cannot be read ({node.message})"


def _in_value(tokens: Iterable[Any]) -> Iterator[Found]:
    for token in tokens:
        if token.type == "url" and not is_local(token.value):
            yield token.source_line, f"the address `{short(token.value)}` in a style"
        elif token.type == "function":
            if token.lower_name not in FUNCTIONS:
                yield token.source_line, f"the function `{token.name}()` in a style"
            elif token.lower_name == "url":
                strings = [part for part in token.arguments if part.type == "string" and not is_local(part.value)]
                yield from ((text.source_line, f"the address `{short(text.value)}` in a style") for text in strings)
            yield from _in_value(token.arguments)
        elif token.type in _BLOCKS:
            yield from _in_value(token.content)
        elif token.type == "error":
            yield token.source_line, f"CSS that cannot be read ({token.message})"
