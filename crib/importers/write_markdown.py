"""Write elements as Markdown, in the style of a person."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING

from crib.markup import pandoc
from crib.model.elements import (
    attributes,
    children,
    contents,
    list_items,
    numbering,
    paragraph,
    string,
    with_attributes,
    with_children,
    with_contents,
)
from crib.model.tree import rewrite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model.elements import Element, Elements

COLUMNS = 100
"""Characters of a line."""

_FRAGMENTS_A_CALL = 500
_NO_LANGUAGE = "crib-no-language"
"""A placeholder that makes pandoc fence code without a language, too."""

_FENCE = re.compile(r"^(?P<before>[\s>]*(?:[-*+]|\d+[.)]|:)?\s*)(?P<fence>`{3,}|~{3,})(?P<language>.*)$")
_DIV = re.compile(r"^([\s>]*)(:{3,}) \{\.([a-z]+)\}$")
_PROSE = re.compile(
    r"(?P<code>(?<!\\)(`+)(?!`).*?(?<!`)\2(?!`)|(?<!\\)\$\$.*?(?<!\\)\$\$|(?<!\\)\$.*?(?<!\\)\$)", re.DOTALL
)
_NEEDLESS = re.compile(
    r"""\\(?P<quote>['"])|\\(?P<dots>\.\.\.)|(?<=\S)(?P<space>\s)\\(?P<hash>\#)|\\(?P<less><)(?=[\s\d=])
    |(?<=[^\s>])(?P<gap>[ ]?)\\(?P<more>>)|\\\[(?P<inside>[^\[\]\\^]{1,80})\\\](?![(\[{:])""",
    re.VERBOSE,
)


def write_blocks(fragments: Sequence[Elements]) -> list[str]:
    """Return the Markdown of each of *fragments*, lists of blocks, with its own notes, numbered from `[^1]`.

    Raises PandocError.
    """
    texts: list[str] = []
    for start in range(0, len(fragments), _FRAGMENTS_A_CALL):
        texts += _written(fragments[start : start + _FRAGMENTS_A_CALL])
    return texts


def write_lines(fragments: Sequence[Elements]) -> list[str]:
    """Return the Markdown of each of *fragments*, lists of inlines, on one line. Raises PandocError."""
    texts = write_blocks([[paragraph(inlines)] if inlines else [] for inlines in fragments])
    return [" ".join(text.split("\n")) for text in texts]


def _written(fragments: Sequence[Elements]) -> list[str]:
    boundary = f"CribBoundary{token_hex(8)}"
    blocks: Elements = []
    for fragment in fragments:
        body, notes = _without_notes(fragment, boundary)
        blocks += [paragraph([string(boundary)]), *separated(body)]
        for number, note in enumerate(notes, 1):
            blocks += [paragraph([string(f"{boundary}Note{number}")]), *separated(note)]
    written = pandoc.write_markdown(blocks, COLUMNS)
    parts = re.split(rf"^{boundary}$\n?", written, flags=re.MULTILINE)[1:]
    return [_with_notes(part, boundary) for part in parts]


def _without_notes(blocks: Elements, boundary: str) -> tuple[Elements, list[Elements]]:
    """Return *blocks* with marks in place of notes, and the blocks of the notes."""
    notes: list[Elements] = []

    def mark(element: Element) -> Elements | None:
        if element["t"] != "Note":
            return None
        notes.append(children(element))
        return [string(f"{boundary}Mark{len(notes)}")]

    return rewrite(blocks, mark), notes


def _with_notes(part: str, boundary: str) -> str:
    body, *notes = re.split(rf"^{boundary}Note\d+$\n?", part, flags=re.MULTILINE)
    text = _clean(body).strip("\n")
    for number, note in enumerate(notes, 1):
        first, *rest = _clean(note).strip("\n").split("\n")
        lines = [f"[^{number}]: {first}", *(f"    {line}" if line else "" for line in rest)]
        text += "\n\n" + "\n".join(lines)
    return re.sub(rf"{boundary}Mark(\d+)", r"[^\1]", text)


def separated(blocks: Elements) -> Elements:
    """Return *blocks* with each list joined to the one it continues; pandoc puts a comment between others."""
    result: Elements = []
    for block in blocks:
        inner = _separated_inside(block)
        before = result[-1] if result else None
        if before and before["t"] == inner["t"] == "BulletList":
            result[-1] = with_contents(before, [*contents(before), *contents(inner)])
        elif before and before["t"] == inner["t"] == "OrderedList" and _continues(inner, before):
            result[-1] = with_contents(before, [contents(before)[0], [*contents(before)[1], *contents(inner)[1]]])
        else:
            result.append(inner)
    return result


def _continues(block: Element, before: Element) -> bool:
    """Return True if the numbers of an ordered list continue those of the list *before* it."""
    (start, *style), (first, *style_before) = numbering(block), numbering(before)
    return style == style_before and start == first + len(list_items(before))


def _separated_inside(block: Element) -> Element:
    match block["t"]:
        case "CodeBlock" if not any(attributes(block)):
            return with_attributes(block, "", [_NO_LANGUAGE])
        case "BulletList":
            return with_contents(block, [separated(item) for item in contents(block)])
        case "OrderedList":
            style, items = contents(block)
            return with_contents(block, [style, [separated(item) for item in items]])
        case "DefinitionList":
            return with_contents(block, [[term, [separated(d) for d in ds]] for term, ds in contents(block)])
        case "BlockQuote" | "Div":
            return with_children(block, separated(children(block)))
    return block


def _clean(text: str) -> str:
    """Return pandoc's output without needless markup: `::: {.tip}`, and backslashes without effect."""
    lines: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            lines.append(line)
            if line.strip().lstrip(">").strip() == fence:
                fence = ""
        elif match:
            lines += [_unescaped("\n".join(prose))] if prose else []
            prose = []
            fence = match["fence"]
            lines.append(f"{match['before']}{fence}{match['language'].strip().removeprefix(_NO_LANGUAGE)}")
        else:
            prose.append(_DIV.sub(r"\1\2 \3", line))
    lines += [_unescaped("\n".join(prose))] if prose else []
    return "\n".join(lines)


def _unescaped(text: str) -> str:
    """Return *text* (without code blocks) without backslashes that have no effect."""
    parts = _PROSE.split(text)
    # `split` yields text, then the two groups of the code after it
    return "".join(part if at % 3 == 1 else _NEEDLESS.sub(_bare, part) for at, part in enumerate(parts) if at % 3 != 2)


def _bare(match: re.Match[str]) -> str:
    if match["inside"]:
        is_box = match["inside"].strip() in ("", "x", "X")
        return match[0] if is_box else f"[{match['inside']}]"
    if match["hash"]:
        return f"{match['space']}#" if match["space"] == " " else match[0]
    if match["more"]:
        return f"{match['gap']}>"
    return match["quote"] or match["dots"] or match["less"] or match[0]


def attributes_of(key: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return `{#key name=value …}` without empty values and an empty key, quoted where necessary."""
    parts = [f"#{key}"] if key else []
    for name, value in pairs:
        if value:
            is_bare = re.fullmatch(r"[A-Za-z0-9_-]+", value)
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f"{name}={value}" if is_bare else f'{name}="{quoted}"')
    return f"{{{' '.join(parts)}}}"
