"""Put `</details>` on lines of their own, or CommonMark would read them as part of a list item above.

Public lists often have the tag right below a list, without an empty line, or at the end of its last line. In
CommonMark that line continues the item (https://spec.commonmark.org/0.31.2/#lazy-continuation-line), and the
rest of the file would be inside `<details>`. Browsers do not mind, so nobody notices.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})")
_TAG = re.compile(r"(`+).*?\1|<(/?)details\b[^>]*>", re.IGNORECASE)
_END = re.compile(
    r"(?P<before>.*?)(?P<tags>(?:\s|</?(?:b|p|br|i|em|strong|font|center)\s*/?>)*)</details>\s*$", re.IGNORECASE
)


def with_details_ends(text: str) -> str:
    """Return *text* with each `</details>` placed for CommonMark, and as many lines as before."""
    lines = text.split("\n")
    indents: list[str] = []
    fence = ""
    for at, line in enumerate(lines):
        match = _FENCE.match(line)
        if match and (not fence or (match[1].startswith(fence) and not line.strip(" \t>`~"))):
            fence = "" if fence else match[1]
        if fence or match:
            continue
        was_open = len(indents)
        for tag in _TAG.finditer(line):
            if tag[2] == "/" and indents:
                indent = indents.pop()
            elif tag[2] == "":
                indents.append(line[: len(line) - len(line.lstrip())])
        if len(indents) < was_open:
            _move(lines, at, indent)
    return "\n".join(lines)


def _move(lines: list[str], at: int, indent: str) -> None:
    """Move the closing tag at the end of a line to its beginning, or to the next line if that is empty."""
    match = _END.match(lines[at])
    if not match:
        return
    if not match["before"].strip():
        lines[at] = f"{indent}</details>{match['tags'].strip()}"
    elif at + 1 < len(lines) and not lines[at + 1].strip():
        lines[at], lines[at + 1] = match["before"], f"{indent}</details>{match['tags'].strip()}"
