"""Mutations of text and bytes, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

MOST_MUTATIONS = 4

TOKENS = (
    "#", "## ", "### x", "{#key}", "{#key n=2 level=recall}", "{.c1}", "::: gist\n", ":::\n", "::: cloze\n",
    "::: hint\n", "::: {.since date=2024-05}\n", "[^1]", "[^1]: note\n", "$", "$$", "\\frac{1}", "\\begin{aligned}",
    "\\left(", "`", "```python\n", "~~~\n", "| a | b |\n|:--|--:|\n", ": caption\n", "![alt](figures/disk.svg)",
    "![](../x.svg)", "[link](#answer)", "[link](javascript:x)", "[words]{lang=fr}", "<b>", "<!--", "&nbsp;",
    "&#x0;", "\\", "\t", "\r\n", "\r", "\0", "\x1b[2J", "\x85", "\u2028", "\u202e", "\ufeff", "\U0001f600", "é",
    "日", "---\n", "key: ", "- ", "[", "]", "{", "}", "!!python/object:x ", "&a ", "*a", "<<: ", "'", '"', "|", ">",
    "~", "null", "1e999", "0x10", "9" * 40, "-1", "%", "@", "href=", "style=", "onload=", "<script>",
    "::: choices\n- [x] a\n- [ ] b\n:::\n", "- [ ] ", "- [x] ", '{#key answer="a"}', "{.cards}\n",
    "| a | #key | b |\n|--|--|--|\n",
    ": {.cards}\n", "<details>\n", "<summary>", "</details>\n", "</b>", "<br>", "-->", "<table><tr><td>", "</table>",
    "<use href='#a'/>", "url(#a)", "xlink:href=", "1e9", "NaN", "<g id='a'>", "</g>",
)  # fmt: skip


def mutated_text(text: str, random: Random) -> str:
    """Return *text* after a few mutations."""
    for _ in range(random.randint(1, MOST_MUTATIONS)):
        text = random.choice(_TEXT_MUTATIONS)(text, random)
    return text


def mutated_bytes(data: bytes, random: Random) -> bytes:
    """Return *data* with bytes flipped, cut or repeated."""
    changed = bytearray(data)
    for _ in range(random.randint(1, MOST_MUTATIONS)):
        if not changed:
            break
        at = random.randrange(len(changed))
        match random.randrange(4):
            case 0:
                changed[at] ^= 1 << random.randrange(8)
            case 1:
                del changed[at : at + random.randint(1, 64)]
            case 2:
                changed[at:at] = changed[at : at + random.randint(1, 64)]
            case _:
                del changed[at:]
    return bytes(changed)


def _insert(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(TOKENS) + text[at:]


def _delete(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + text[at + random.randint(1, 30) :]


def _cut(text: str, random: Random) -> str:
    return text[: random.randint(0, len(text))]


def _repeat(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + text[at : at + random.randint(1, 40)] * random.randint(2, 9) + text[at:]


def _swap_lines(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = random.randrange(len(lines)), random.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _move_line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        line = lines.pop(random.randrange(len(lines)))
        lines.insert(random.randint(0, len(lines)), line)
    return "".join(lines)


_TEXT_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    _insert,
    _insert,
    _insert,
    _delete,
    _cut,
    _repeat,
    _swap_lines,
    _move_line,
)
