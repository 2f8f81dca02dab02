"""Commands to build outputs into `dist/`, and `clean`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crib.options import all_of, build_options, landscape_option, out_option, print_options, select_options
from crib.outputs.registry import outputs
from crib.pipeline.build import build, ignore_signals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crib.options import Options
    from crib.outputs.output import Output


def build_command(output: Output) -> click.Command:
    """Return the command to build *output*, with the options of all builds and its own."""

    def command(options: Options, **settings: Any) -> None:
        build(replace(options, out=settings.get(output.folder) or options.out), output.name, **settings)

    return click.command(output.name, help=output.help)(options_of(output)(command))


def options_of(output: Output) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator to add the options of a build of *output*."""
    paper_options = partial(print_options, papers=output.papers, themes=output.themes)
    printing = (paper_options, select_options) if output.printed else ()
    return partial(all_of, options=(build_options, *printing, *output.options))


@click.command()
@landscape_option
@select_options
@print_options
@build_options
def pdf(options: Options) -> None:
    """Build everything to print.

    \b
    Examples:
      crib pdf
      crib pdf --chapter 4 --chapter 5 --theme ink -j 2
    """
    build(options, *(name for name, output in outputs().items() if output.printed))


@click.command("all")
@landscape_option
@print_options
@build_options
def everything(options: Options) -> None:
    """Build all outputs: everything to print, the e-book and the Anki deck.

    \b
    Example:
      crib all --content mybook --out mybook/dist
    """
    build(options, *outputs())


@click.command()
@out_option
def clean(out: Path) -> None:
    """Remove all built files, and nothing else.

    \b
    Example:
      crib clean --out ~/Books
    """
    from crib.engine.dist import Dist
    from crib.plurals import count

    ignore_signals()
    click.echo(f"Removed {count(len(Dist(out).clean()), 'file')}.", err=True)
