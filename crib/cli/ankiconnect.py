"""The option for the address of a running Anki (AnkiConnect), shared by several commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.options import Command

_ADDRESS = "http://127.0.0.1:8765"


def ankiconnect_option(name: str, text: str) -> Callable[[Command], Command]:
    """Return the option *name* for an address of AnkiConnect, by default on this machine."""
    return click.option(
        name,
        "url",
        is_flag=False,
        flag_value=_ADDRESS,
        callback=_checked,
        metavar="[URL]",
        help=f"{text} [{_ADDRESS}]",
    )


def _checked(context: click.Context, parameter: click.Parameter, url: str | None) -> str | None:
    """Return *url* if it may be an address of AnkiConnect. Raises BadParameter."""
    if url is None:
        return None
    from crib.outputs.anki.ankiconnect import check_address

    try:
        return check_address(url)
    except ValueError:
        raise click.BadParameter(f"{url!r} is not an address such as {_ADDRESS}", context, parameter) from None
