"""The command `doctor`: missing system libraries, and the versions in use."""

from __future__ import annotations

import platform
import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

import click

from crib import __version__
from crib.home import DISTRIBUTION, PACKAGE, own_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 26


@click.command()
def doctor() -> None:
    """List missing system libraries and the versions in use.

    Paste the list into a bug report. The exit status is 3 if a system library is missing.

    \b
    Example:
      crib doctor
    """
    from crib.print.pdf.weasyprint_loader import load_weasyprint

    for name, text in _versions():
        click.echo(f"{name:<{_WIDTH}}{text}")
    load_weasyprint()
    click.echo("Nothing is missing.", err=True)


def _distribution() -> Iterator[str]:
    """Yield the name of the Linux distribution; nothing on other systems."""
    with suppress(OSError, KeyError):
        yield platform.freedesktop_os_release()["PRETTY_NAME"]


def _versions() -> Iterator[tuple[str, str]]:
    """Yield name and version of everything used in builds, and of the tools for `a11y`."""
    from crib.audit import ace
    from crib.markup import pandoc
    from crib.system_packages import library_versions

    yield "crib", __version__
    yield "python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", " – ".join((*_distribution(), platform.platform()))
    yield "pandoc", pandoc.version()
    yield from library_versions().items()
    for requirement in requires(DISTRIBUTION) or ():
        name = re.split(r"[^\w.-]", requirement)[0]
        with suppress(PackageNotFoundError):
            yield name, version(name)
    yield "templates", str(own_folder())
    yield "schemas", str(PACKAGE / "source/schema")
    for name, program in ace.tools().items():
        yield name, program or "not installed; only `a11y` needs it, for e-books"
