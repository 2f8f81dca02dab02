"""Insert trusted contents into a checked page: its policy, style sheet, script, data, and address."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY = '<meta http-equiv="Content-Security-Policy" content="'
CANONICAL = '<link rel="canonical" href="'


def filled(html: str, contents: Mapping[str, str]) -> str:
    """Return *html* with *contents* (by tag) inserted after these tags; the text of a book contains none of them."""
    tags = "|".join(map(re.escape, contents))
    return re.sub(tags, lambda tag: tag[0] + contents[tag[0]], html)


def script_data(data: Mapping[str, object]) -> str:
    """Return *data* as JSON, escaped for use in a `<script>` element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
