"""Commands that run until Ctrl-C: `serve`, the live preview, and `watch`, builds after each change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from crib.options import (
    build_options,
    content_option,
    landscape_option,
    out_option,
    print_options,
    templates_option,
)
from crib.outputs.registry import outputs

if TYPE_CHECKING:
    from pathlib import Path

    from crib.options import Options


@click.command()
@click.option("--open", "opened", is_flag=True, help="Open it in your browser.")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="The port to serve at. [default: 4747, or any free one]"
)
@click.option("--editor", metavar="COMMAND", help="The editor for sources. [default: $VISUAL, $EDITOR, or VS Code]")
@out_option
@templates_option
@content_option
def serve(  # noqa: PLR0913 - its options
    content: Path, templates: Path | None, out: Path, port: int | None, editor: str | None, *, opened: bool
) -> None:
    """Preview the book in a browser while you write; the page follows each save.

    \b
    Examples:
      crib serve --content mybook --open
      crib serve --editor code
      crib serve --editor "xed --line {line} {file}"
    """
    from crib.preview.editors import editor_of, usual_editor
    from crib.preview.serve_and_watch import serve

    try:
        chosen = usual_editor(os.environ) if editor is None else editor_of(editor)
    except ValueError as error:
        hint = "write where file and line go, as in: COMMAND --line {line} {file}"
        raise click.BadParameter(f"{error}\n  hint: {hint}", param_hint="--editor") from None
    serve(content, templates, out, port, chosen, opened=opened)


@click.command()
@click.argument("names", metavar="[OUTPUTS]...", nargs=-1)
@landscape_option
@print_options
@build_options
def watch(options: Options, names: tuple[str, ...]) -> None:
    """Build OUTPUTS, or everything, again whenever a file changes.

    \b
    Examples:
      crib watch
      crib watch sheets anki --chapter 4
    """
    from crib.preview.serve_and_watch import watch

    for name in names:
        if name not in outputs():
            raise click.BadParameter(f"{name!r} is not one of: {', '.join(outputs())}", param_hint="OUTPUTS")
    watch(options, names or tuple(outputs()))
