"""The command line: a module for each group of commands, imported on demand.

Paths of built files go to stdout, everything else to stderr. Exit status: 0 built, 1 problems in
the content or a failed build, 2 wrong usage, 3 a missing system library, 130 interrupted, 143
terminated.
"""

from __future__ import annotations

import sys
from copy import copy
from inspect import cleandoc
from pkgutil import resolve_name
from typing import Any

import click

from crib import __version__
from crib.cli.signals import heed_signals
from crib.outputs.registry import outputs
from crib.problems import BuildError, CribError, crash
from crib.program_name import program_name, rename_examples

_COMMANDS = {
    "pdf": "crib.cli.build:pdf",
    "anki": "crib.cli.anki:anki",
    "all": "crib.cli.build:everything",
    "check": "crib.cli.check:check",
    "fix": "crib.cli.fix:fix",
    "new": "crib.cli.new:new",
    "a11y": "crib.cli.check:a11y",
    "export": "crib.cli.export:export",
    "import": "crib.cli.importing:import_",
    "serve": "crib.cli.preview:serve",
    "watch": "crib.cli.preview:watch",
    "weak": "crib.cli.weak:weak",
    "doctor": "crib.cli.doctor:doctor",
    "clean": "crib.cli.build:clean",
}
"""Commands by name, except those to build one output; `anki` does more than that."""


class _Group(click.Group):
    """A group that imports commands on demand, and reports errors with their exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands."""
        return sorted({*_COMMANDS, *outputs()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command *cmd_name*; None if it is unknown."""
        if cmd_name in _COMMANDS:
            return _renamed(resolve_name(_COMMANDS[cmd_name]))
        if cmd_name in outputs():
            from crib.cli.build import build_command

            return _renamed(build_command(outputs()[cmd_name]))
        return None

    def make_context(
        self,
        info_name: str | None,  # noqa: ARG002 - the name of the script alone
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Parse *args*; usage has the program name."""
        return super().make_context(program_name(), args, parent, **extra)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help text, with the program name in its examples."""
        click.Group.format_help_text(_renamed(self), ctx, formatter)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; SIGTERM ends it like Ctrl-C, without leaving files behind."""
        heed_signals()
        try:
            return super().invoke(ctx)
        except CribError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_status)
        except BrokenPipeError:
            raise  # click exits quietly after the reader of a pipe
        except OSError as error:
            click.echo(str(BuildError(str(error))), err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing was changed.", err=True)
            ctx.exit(130)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if sys.flags.dev_mode:  # python3 -X dev build.py …
                raise
            click.echo(str(crash(error)), err=True)
            ctx.exit(1)


def _renamed(command: click.Command) -> click.Command:
    """Return *command* with the program name in the examples of its help text."""
    renamed = copy(command)
    renamed.help = rename_examples(cleandoc(command.help or ""))
    return renamed


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crib")
def main() -> None:
    """Build study material for paper, screen and Anki from one set of answers in Markdown.

    \b
    Examples:
      crib all                      everything, into dist/
      crib pdf --chapter 4          the cheat sheet of chapter 4
      crib check --content mybook   only look for problems
    """
