"""Read Markdown of any origin: front matter, HTML, wiki links, highlights, and lists with insufficient indent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers import obsidian
from crib.importers.details_end_tags import with_details_ends
from crib.importers.documents import SourceDocument
from crib.importers.drafts import line_of
from crib.importers.html import box_text
from crib.importers.inlines import without_prefix
from crib.importers.log import ImportLog
from crib.importers.raw_html import with_html_read
from crib.markup import pandoc
from crib.markup.positions import located
from crib.model.elements import attributes, children, contents, text_of, with_children, with_contents
from crib.model.tree import plain, rewrite

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.model.elements import Element, Elements, Json

READER = (
    "commonmark_x+sourcepos+autolink_bare_uris+wikilinks_title_after_pipe"
    "-gfm_auto_identifiers-yaml_metadata_block-emoji"
)
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

_SETTING = re.compile(r"[\w .-]+:(?:\s|$)|\s|-\s|[#\]}]|$")
"""The start of a line of front matter."""

_FENCE = re.compile(r"\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)*(```|~~~)")
_MARKED = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,500}?)(?<=\S)==(?!=)")
_NOT_PROSE = re.compile(
    r"(^ {0,3}(?:```|~~~).*?^ {0,3}(?:```|~~~)[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`))", re.DOTALL | re.MULTILINE
)
_BOX = re.compile(r"\[([ xX])\]\s")
_LISTS = ("BulletList", "OrderedList")


def read_markdown_file(source: SourceFile) -> SourceDocument:
    """Return the document in a Markdown file. Raises CribError."""
    log = ImportLog(source.name)
    text, front = without_front_matter(source.text)
    cards = obsidian.has_cards(source, text, front)
    if cards:
        text = obsidian.without_comments(text, log)
    blocks = obsidian.with_pictures(read_blocks(with_details_ends(_with_marks(text)), log, source))
    if cards:
        blocks = obsidian.with_cards(blocks, obsidian.deck_tags(text, front))
    return SourceDocument(source, blocks, log, title=front_title(front), front=front)


def _with_marks(text: str) -> str:
    """Return *text* with `[words]{.mark}` for `==words==`, unknown to pandoc's CommonMark reader."""
    parts = _NOT_PROSE.split(text)
    return "".join(
        part if at % 3 == 1 else _MARKED.sub(r"[\1]{.mark}", part) for at, part in enumerate(parts) if at % 3 != 2
    )


def without_front_matter(text: str) -> tuple[str, str]:
    """Return *text* with blank lines in place of its front matter, and the front matter."""
    match = FRONT_MATTER.match(text)
    if not match or not all(map(_SETTING.match, match[1].split("\n"))):
        return text, ""
    return "\n" * match[0].count("\n") + text[match.end() :], match[1]


def front_title(front: str) -> str:
    """Return the title in *front*, any YAML; empty if it has none."""
    match = re.search(r"^title:[ \t]*(.+?)[ \t]*$", front, re.MULTILINE)
    return match[1].strip("\"'") if match else ""


def read_blocks(text: str, log: ImportLog, source: SourceFile) -> Elements:
    """Return the blocks of *text*, each element with its line. Raises CribError."""
    try:
        _, raw, _ = pandoc.read_as(READER, text.encode(errors="replace"))
        blocks = located(raw, lambda line: log.leave_out(line, "text", "left out: nested too deep"))
        blocks = _with_continuations(blocks, text.split("\n"), log)
        return with_html_read(rewrite(_with_whole_words(blocks), _with_boxes), log)
    except pandoc.PandocError as error:
        raise source.problem("pandoc", error.problems[0].text, "split the file, and import the parts") from None


def _with_whole_words(node: Json) -> Json:
    """Return *node* with the pieces of each word joined: `sourcepos` splits words at punctuation."""
    if isinstance(node, dict):
        inside = contents(node)
        return with_contents(node, _with_whole_words(inside)) if isinstance(inside, list) else node
    if not isinstance(node, list):
        return node
    result: list[Json] = []
    for child in node:
        if result and _is_word(child) and _is_word(before := result[-1]):
            result[-1] = with_contents(before, text_of(before) + text_of(child))
        else:
            result.append(_with_whole_words(child))
    return result


def _with_boxes(element: Element) -> Elements | None:
    """Replace `[ ]` and `[x]` at the start of list items by boxes: with positions, pandoc finds none."""
    if element["t"] == "BulletList":
        return [with_contents(element, [_boxed(item) for item in contents(element)])]
    if element["t"] == "OrderedList":
        style, items = contents(element)
        return [with_contents(element, [style, [_boxed(item) for item in items]])]
    return None


def _boxed(item: Elements) -> Elements:
    if not item or item[0]["t"] not in ("Para", "Plain"):
        return item
    inlines = children(item[0])
    match = _BOX.match(plain(inlines))
    if not match:
        return item
    rest = without_prefix(inlines, match.end())
    box = {**box_text(match[1] != " "), "line": line_of(item[0])}
    return [with_children(item[0], [box, {"t": "Space", "line": line_of(item[0])}, *rest]), *item[1:]]


def _is_word(node: Json) -> bool:
    return isinstance(node, dict) and node.get("t") == "Str"


def _with_continuations(node: Json, lines: list[str], log: ImportLog) -> Json:
    """Parse indented code after a list as Markdown: it continues an item with insufficient indent."""
    if isinstance(node, dict):
        inside = contents(node)
        return node if inside is None else with_contents(node, _with_continuations(inside, lines, log))
    if not isinstance(node, list):
        return node
    result: list[Json] = []
    in_list = False
    for child in node:
        kind = child.get("t") if isinstance(child, dict) else None
        if in_list and kind == "CodeBlock" and _is_indented(child, lines):
            result += _read_continuation(child, log)
        else:
            in_list = kind in _LISTS or (in_list and kind == "Para")
            result.append(_with_continuations(child, lines, log))
    return result


def _is_indented(code: Element, lines: list[str]) -> bool:
    """Return True if *code* is indented, not fenced."""
    at = code["line"] - 1
    return not attributes(code)[1] and at < len(lines) and not _FENCE.match(lines[at])


def _read_continuation(code: Element, log: ImportLog) -> Elements:
    _, raw, _ = pandoc.read_as(READER, text_of(code).encode())
    blocks = located(raw, lambda line: log.leave_out(line, "text", "left out: nested too deep"))
    moved: Elements = _moved(blocks, code["line"] - 1)
    return moved


def _moved(node: Json, lines: int) -> Json:
    """Return *node* with *lines* added to each line."""
    if isinstance(node, list):
        return [_moved(child, lines) for child in node]
    if not isinstance(node, dict):
        return node
    moved = with_contents(node, _moved(contents(node), lines))
    return {**moved, "line": node["line"] + lines} if "line" in node else moved
