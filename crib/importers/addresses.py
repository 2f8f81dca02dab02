"""Addresses of links and pictures elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from crib.source.allowlist import NOT_IN_ADDRESS


def encoded(address: str) -> str:
    """Return *address* with invalid characters, which browsers accept, percent-encoded."""
    return NOT_IN_ADDRESS.sub(lambda match: quote(match[0]), address)
