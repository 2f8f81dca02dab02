"""Download pictures over https, within limits of size and time, and only with `--download`."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from crib import __version__, limits

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

_CHUNK = 65_536


def download(address: str, schemes: Collection[str]) -> bytes:
    """Return the file at *address*; it and all redirects must have one of *schemes*.

    Raises OSError or ValueError.
    """
    _check(address, schemes)
    opener = build_opener(_Redirects(schemes))
    request = Request(address, headers={"User-Agent": f"crib/{__version__}", "Accept": "image/*"})  # noqa: S310 - checked
    deadline = monotonic() + limits.PICTURE_SECONDS_TO_DOWNLOAD
    parts: list[bytes] = []
    size = 0
    with opener.open(request, timeout=limits.PICTURE_SECONDS_TO_DOWNLOAD) as response:
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > limits.PICTURE_BYTES:
                raise ValueError(f"larger than {limits.PICTURE_BYTES // 1_000_000} MB")
            if monotonic() > deadline:
                raise ValueError(f"took longer than {limits.PICTURE_SECONDS_TO_DOWNLOAD} seconds")
    return b"".join(parts)


def _check(address: str, schemes: Collection[str]) -> None:
    if urlsplit(address).scheme not in schemes:
        raise ValueError(f"only {' and '.join(schemes)} is downloaded")


class _Redirects(HTTPRedirectHandler):
    """Follow redirects only to addresses with an allowed scheme."""

    def __init__(self, schemes: Collection[str]) -> None:
        self._schemes = schemes

    def redirect_request(  # noqa: PLR0913, PLR0917 - as urllib has it
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in self._schemes:
            raise HTTPError(newurl, code, "leads to an address that is not https", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
