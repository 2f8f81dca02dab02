"""Addresses of links and pictures elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from crib.source.allowlist import NOT_IN_ADDRESS


def encoded(address: str) -> str:
    """Return *address* with characters percent-encoded that browsers accept, and that no address may have."""
    return NOT_IN_ADDRESS.sub(lambda match: quote(match[0]), address)
