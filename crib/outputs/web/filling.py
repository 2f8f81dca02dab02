"""Fill a checked page with what no gate has to see: its policy, style sheet, script and data, and its own address."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY = '<meta http-equiv="Content-Security-Policy" content="'
CANONICAL = '<link rel="canonical" href="'


def filled(html: str, contents: Mapping[str, str]) -> str:
    """Return *html* with text after each of these tags, which are empty in it; no text of a book can look like one."""
    tags = "|".join(map(re.escape, contents))
    return re.sub(tags, lambda tag: tag[0] + contents[tag[0]], html)


def script_data(data: Mapping[str, object]) -> str:
    """Return *data* as JSON in which nothing ends the script that it is in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
