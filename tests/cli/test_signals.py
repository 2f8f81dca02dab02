"""Ctrl-C and SIGTERM end a command, even where Python drops their exceptions."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.commands import files
from tests.conftest import ANSWER, ROOT, MakeBook

SCRIPT = """
import signal, sys
import click
from crib.cli import main

number, words, *arguments = sys.argv[1:]
echo = click.echo

class Unlucky:
    def __del__(self):
        signal.raise_signal(int(number))

def echo_and_drop(message=None, **options):
    echo(message, **options)
    if words in str(message):
        Unlucky()

click.echo = echo_and_drop
main(arguments)
"""
"""Runs a command, and sends it a signal inside a destructor as soon as it prints some words."""


@pytest.mark.parametrize(
    ("number", "command", "words"),
    [
        (signal.SIGINT, ("anki", "-j", 1), "warning[no-key]"),
        (signal.SIGTERM, ("serve", "--port", 0), "http://127.0.0.1"),
        (signal.SIGINT, ("watch", "anki", "-j", 1), "Waiting for changes"),
    ],
)
def test_a_signal_in_a_destructor(
    make_book: MakeBook, number: signal.Signals, command: tuple[object, ...], words: str
) -> None:
    """It is raised again: the command ends as with any other, without a traceback; a build leaves nothing."""
    folder = make_book(ANSWER.replace(" {#answer}", ""))
    out = folder.parent / "dist"
    arguments = (int(number), words, *command, "--content", folder, "--out", out)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 128 + number, done.stderr
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if command[0] == "anki":
        assert done.stderr.endswith("Interrupted; nothing was changed.\n")
        assert files(out) == []
