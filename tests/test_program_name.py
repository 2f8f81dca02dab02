"""Help, hints and files call Crib like the user did; builds do not depend on this name."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import crib as package
from crib.cli import main
from crib.program_name import command_on, program_name
from tests.commands import crib as run
from tests.conftest import ANSWER

if TYPE_CHECKING:
    from tests.conftest import MakeBook

MODULE = str(Path(package.__file__).with_name("__main__.py"))
CRIB = Path(sys.executable).with_name("crib")
CALLS = {
    "build.py": "python3 build.py",
    "../crib/build.py": "python3 ../crib/build.py",
    "/home/a b/build.py": "python3 '/home/a b/build.py'",
    "/home/a b/bin/crib": "'/home/a b/bin/crib'",
    r"C:\Scripts\crib.exe": "crib",
    MODULE: "/usr/bin/python3 -m crib",
    "-c": "crib",
    "": "crib",
}
"""Python's name of the program, and the user's command."""


@pytest.fixture(params=CALLS)
def typed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Call Crib in one of the ways, and return the command."""
    call(request.param, monkeypatch)
    return CALLS[request.param]


def call(program: str, patch: pytest.MonkeyPatch) -> None:
    """Have *program* run, as Python sees it."""
    patch.setattr("sys.argv", [program, "all"])
    patch.setattr("sys.orig_argv", ["/usr/bin/python3", *sys.orig_argv[1:]])


def test_program_name(typed: str) -> None:
    """It is the shell command to run Crib again from the same folder."""
    assert program_name() == typed


def test_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command found by the shell needs no path."""
    monkeypatch.setenv("PATH", str(CRIB.parent))
    call(str(CRIB), monkeypatch)
    assert program_name() == "crib"


@pytest.mark.parametrize(
    ("files", "book", "command"),
    [
        ([], "content", "crib fix"),
        ([], "my book", "crib fix --content 'my book'"),
        ([], "../content", "crib fix --content ../content"),
        (["book.yaml"], ".", "crib fix"),
        (["book.yaml", "content/book.yaml"], ".", "crib fix --content ."),
        (["book.yaml", "content/book.yaml"], "content", "crib fix"),
    ],
)
def test_command_on_a_book(
    files: list[str], book: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the folder of the book unless that is the default there."""
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    call("", monkeypatch)
    assert command_on(Path(book), "fix") == command


@pytest.mark.parametrize("name", ["", *main.list_commands(click.Context(main))])
def test_help(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Usage and examples of each command are as it was called, and the rest of the help text stays."""
    texts = {}
    for program in ("", "build.py"):
        call(program, monkeypatch)
        with pytest.raises(SystemExit):
            main([*filter(None, [name]), "--help"])
        texts[CALLS[program]] = capsys.readouterr().out
    installed, clone = texts["crib"], texts["python3 build.py"]
    assert clone == re.sub("^((?:Usage:|  ) *)crib ", r"\1python3 build.py ", installed, flags=re.MULTILINE)
    assert clone.count("python3 build.py ") > 1
    assert "build.py" not in installed


def test_wrong_usage(typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The hint to read the help text can be pasted."""
    monkeypatch.setattr("sys.argv", [sys.argv[0], "all", "--nosuch"])
    with pytest.raises(SystemExit):
        main()
    assert f"Try '{typed} all --help' for help." in capsys.readouterr().err


@pytest.mark.parametrize("program", ["build.py", ""])
def test_new_book(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new book explains how to check and build it, by the same name."""
    call(program, monkeypatch)
    done = run("new", tmp_path / "book")
    assert f"with `{CALLS[program]} all --content {tmp_path}/book " in done.stderr
    assert f"\n# {CALLS[program]} check --content FOLDER\n" in (tmp_path / "book/book.yaml").read_text()


def test_the_cache_serves_all(make_book: MakeBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build under another name has nothing to do, and a hint about a cached file has the new name."""
    folder = make_book(ANSWER.replace(" {#answer}", ""), book="")
    for program, built in (("", "first-steps.apkg"), ("build.py", "Nothing has changed.")):
        call(program, monkeypatch)
        assert f"`{CALLS[program]} fix --content {folder}` writes keys" in run("check", "--content", folder).stderr
        done = run("anki", "--content", folder, "--out", tmp_path / "dist")
        assert built in done.stdout + done.stderr


def test_shell_completion() -> None:
    """The command crib completes commands, options and their values; its script names the command."""

    def answer(instruction: str, *words: str) -> str:
        request = {"COMP_WORDS": shlex.join(words), "COMP_CWORD": str(len(words) - 1)}
        environment = {**os.environ, **request, "_CRIB_COMPLETE": instruction}
        return subprocess.run([CRIB], env=environment, capture_output=True, text=True, check=False).stdout

    def completed(*words: str) -> list[str]:
        return [line.partition(",")[2] for line in answer("bash_complete", *words).splitlines()]

    assert completed("crib", "al") == ["all"]
    assert completed("crib", "sheets", "--pap") == ["--paper"]
    assert completed("crib", "sheets", "--level", "") == ["recall", "explain", "derive"]
    assert "compdef _crib_completion crib" in answer("zsh_source")
