"""Registry of outputs: Crib's own, and plugins (entry points of the group `crib.outputs`)."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

import click

from crib.outputs.output import Output

_NAMES = ("book", "sheets", "cards", "quiz", "pocket", "epub", "web", "anki")
"""Packages in `crib.outputs`, in build order: slow ones first, to keep all workers busy."""

OUTPUTS: tuple[Output, ...] = tuple(resolve_name(f"crib.outputs.{name}:OUTPUT") for name in _NAMES)
"""Crib's own outputs."""

GROUP = "crib.outputs"


@cache
def outputs() -> dict[str, Output]:
    """Return all outputs by name; plugins cannot replace Crib's own."""
    return {output.name: output for output in (*_installed(), *OUTPUTS)}


def _installed() -> list[Output]:
    """Return the outputs of plugins, with a warning for each failure to load one."""
    if not any(map(_declares_outputs, sys.path)):
        return []
    from importlib.metadata import entry_points

    loaded: list[Output] = []
    for entry in entry_points(group=GROUP):
        try:
            output = entry.load()
        except Exception as error:  # noqa: BLE001 - plugins may raise anything
            click.echo(f"warning: the output {entry.value} cannot be loaded: {error}", err=True)
            continue
        if isinstance(output, Output):
            loaded.append(output)
        else:
            click.echo(f"warning: {entry.value} is not a crib.outputs.output.Output", err=True)
    return loaded


def _declares_outputs(folder: str) -> bool:
    """Return True if a package in *folder* may have outputs; importing importlib.metadata takes ten times as long."""
    header = f"[{GROUP}]".encode()
    return any(header in path.read_bytes() for path in Path(folder).glob("*.dist-info/entry_points.txt"))
