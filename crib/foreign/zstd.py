"""Decompress Zstandard within limits, for the newest Anki packages."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

_LARGEST_WINDOW = 27  # as the `zstd` command: 2**27 bytes of memory


def decompress(data: bytes, most: int) -> bytes:
    """Return at most *most* bytes of *data*, decompressed. Raises ValueError for damaged data."""
    decompressor = ZstdDecompressor(options={DecompressionParameter.window_log_max: _LARGEST_WINDOW})
    try:
        unpacked = bytes(decompressor.decompress(data, max_length=most))
    except (ZstdError, EOFError) as error:
        raise ValueError(str(error)) from None
    if len(unpacked) < most and not decompressor.eof:
        raise ValueError("incomplete")
    return unpacked
