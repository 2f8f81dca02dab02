"""The documentation: its paths, links, commands, options and messages exist."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING
from zipfile import ZipFile

import click
import pytest
from click.exceptions import Exit

from crib.cli import main
from crib.outputs.registry import OUTPUTS
from crib.render.templates import Templates
from crib.source import read_book
from tests.commands import crib
from tests.conftest import ANSWER, ROOT, MakeBook
from tests.decks import package
from tests.test_imports import FLOORS
from tools.walk import WALK, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [str(path.relative_to(ROOT)) for path in DOCS]

FENCE = re.compile(r"^ *```.*?\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SOURCE = re.compile(r"[\w./*{}-]+\.(?:py|j2|css|lua|json)")
"""Names and paths of source files of this repository."""

TERMS = {
    "answer",
    "gist",
    "key",
    "code",
    "chapter",
    "ledger",
    "output",
    "medium",
    "sheet",
    "flavor",
    "fragment",
    "block",
    "fit",
    "job",
    "plan",
    "part",
    "chunk",
    "cache",
    "fingerprint",
    "record",
    "worker",
}

FOREIGN = {
    "--mathml",  # pandoc's
    "--nworkers",  # Dask's
    "--nthreads",
    "--accent",  # of a style sheet
    "--mute",
}


def text_of(doc: Path) -> str:
    """Return the text of *doc* without its blocks of code, and with each code span on one line."""
    text = FENCE.sub("", doc.read_text(encoding="utf-8"))
    return SPAN.sub(lambda span: " ".join(span[0].split()), text)


def spans(doc: Path) -> list[str]:
    """Return the text in backticks in *doc*."""
    return SPAN.findall(text_of(doc))


def code_lines(doc: Path) -> Iterator[str]:
    """Yield the lines of code in *doc*, in blocks and in backticks."""
    for block in FENCE.findall(doc.read_text(encoding="utf-8")):
        yield from dedent(block).splitlines()
    yield from spans(doc)


@pytest.fixture(params=DOCS, ids=NAMES)
def doc(request: pytest.FixtureRequest) -> Path:
    """Return one file of the documentation after the other."""
    path: Path = request.param
    return path


# Paths and links


@cache
def top() -> frozenset[str]:
    """Return the names at the top of the repository."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return frozenset(line.partition("/")[0] for line in files.splitlines())


def is_path(span: str) -> bool:
    """Return True if *span* is the path of a file or folder of this repository."""
    return " " not in span and (span.partition("/")[0] in top() or bool(SOURCE.fullmatch(span)))


def test_paths_exist(doc: Path) -> None:
    """Every path in backticks exists, from the top of the repository or of its templates; NAME is any name."""
    missing = []
    for span in filter(is_path, spans(doc)):
        pattern = re.sub(r"\bN(?:AME|N)\b", "*", span.partition("::")[0].rstrip("/"))
        pattern = f"**/{pattern}" if "/" not in pattern else pattern
        if not any(next(folder.glob(pattern), None) for folder in (ROOT, ROOT / "templates")):
            missing.append(span)
    assert missing == []


def slug(heading: str) -> str:
    """Return GitHub's anchor for a *heading*."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_links_lead_somewhere(doc: Path) -> None:
    """Every link to a file leads to one, and every anchor to a heading."""
    for target in LINK.findall(SPAN.sub("", text_of(doc))):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = doc.parent / name if name else doc
        assert path.exists(), target
        if anchor:
            assert anchor in map(slug, HEADING.findall(text_of(path))), target


# Commands


@cache
def make_targets() -> frozenset[str]:
    """Return the targets listed by `make`."""
    listed = subprocess.run(
        ["make", f"PYTHON={sys.executable}", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return frozenset(re.findall(r"^make (\w+)", listed.stdout, re.MULTILINE))


def make_commands(doc: Path) -> Iterator[list[str]]:
    """Yield the arguments of each call of make in *doc*."""
    for line in code_lines(doc):
        if line.startswith("make "):
            yield shlex.split(line, comments=True)[1:]


def build_commands(doc: Path) -> Iterator[list[str]]:
    """Yield the arguments of each call of `crib` or `build.py` in *doc*; a name alone, in backticks, is no call."""
    for line in code_lines(doc):
        if match := re.match(r"(?: *- )?(?:python3? build\.py|crib) (?!…)(.+?)(?: >.*)?$", line):
            yield shlex.split(match[1], comments=True)
    for target, *rest in make_commands(doc):
        for argument in rest:
            if argument.startswith("ARGS=") and target in main.list_commands(click.Context(main)):
                yield [target, *shlex.split(argument.removeprefix("ARGS="))]


def test_make_targets_exist(doc: Path) -> None:
    """Every target is in the list of `make`; `gists` is our example of an outside output."""
    named = {arguments[0] for arguments in make_commands(doc)}
    assert named <= make_targets() | {"gists"}


def test_commands_are_understood(doc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Click takes every command with all its options and values."""
    monkeypatch.chdir(tmp_path)
    for folder in ("FOLDER", "mytemplates"):
        (tmp_path / folder).mkdir()
    for name, *arguments in build_commands(doc):
        if name in ("--help", "gists"):
            continue
        command = main.get_command(click.Context(main), name)
        assert command, name
        if not arguments:
            continue
        for argument in arguments:
            if argument.endswith(".apkg"):
                Path(argument).touch()
        with suppress(Exit):  # of an option that prints a list
            command.make_context(name, arguments)


def test_keys_exist(doc: Path, shipped: Book) -> None:
    """Every key that a command selects is one of the shipped book; KEY is any key."""
    keys = {answer.key for answer in shipped.answers} | {"KEY"}
    for _, *arguments in build_commands(doc):
        chosen = {value for option, value in pairwise(arguments) if option in ("--key", "--see")}
        assert chosen <= keys


def options() -> set[str]:
    """Return all options of all commands."""
    context = click.Context(main)
    commands = [main, *filter(None, (main.get_command(context, name) for name in main.list_commands(context)))]
    return {
        name
        for command in commands
        for parameter in command.get_params(context)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }


def test_options_exist(doc: Path) -> None:
    """Every option mentioned by itself belongs to some command."""
    named = {span.split()[0] for span in spans(doc) if re.match(r"--?\w", span)}
    assert named - FOREIGN <= options()


def test_benchmarks_exist(doc: Path) -> None:
    """Every script called with `.venv/bin/python` exists, with its options."""
    for line in code_lines(doc):
        if not line.startswith(".venv/bin/python "):
            continue
        words = shlex.split(line)[1:]
        module = ROOT / (words[1].replace(".", "/") + ".py" if words[0] == "-m" else words[0])
        source = module.read_text(encoding="utf-8")
        assert all(f'"{word}"' in source for word in words[1:] if word.startswith("--")), line


# Claims


def test_messages_are_what_crib_says() -> None:
    """The messages in the table of troubles are those in the code."""
    _, _, table = text_of(ROOT / "docs/build.md").partition("## Troubleshooting\n")
    rows = re.findall(r"^\| `(.+?)`", table, re.MULTILINE)
    assert rows
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "crib").rglob("*.py"))
    for row in rows:
        error = re.search(r"(?:error|warning)\[([\w-]+)\]", row)
        words = [error[1]] if error else re.split(r"…|\bdist\b", row.removeprefix("error: "))
        assert all(word.strip(" :…") in code for word in words), row


def test_the_error_that_the_documentation_shows(make_book: MakeBook) -> None:
    """A chapter like it, without an answer, is refused in exactly these words."""
    page = (ROOT / "docs/format.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^content/(.*:\d+: error.*\n  hint: .*)$", page, re.MULTILINE)
    name = shown.partition(":")[0]
    chapter = b"---\ntitle: X\nnumber: 4\nexercises:\n  12: notebooks\n---\n\n\n## Why? {#why}\n"
    folder = make_book(**{name: chapter})
    command = [sys.executable, "-m", "crib", "check", "--content", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"{folder}/{shown}\n" in done.stderr


def test_templates_are_code() -> None:
    """The page on templates and the help text of every command with `--templates` say so."""
    assert "Templates are code" in text_of(ROOT / "docs/templates.md")
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command
        for parameter in command.get_params(context):
            if isinstance(parameter, click.Option) and "--templates" in parameter.opts:
                assert "code" in (parameter.help or ""), name


def test_the_list_that_a_beginner_imports(tmp_path: Path) -> None:
    """Each of its questions arrives, with its answer; nothing is left out."""
    page = (ROOT / "docs/start.md").read_text(encoding="utf-8")
    questions, *_ = re.findall(r"^```markdown\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "questions.md").write_text(questions, encoding="utf-8")
    done = crib("import", "questions.md", "--to", "mybook", "--json", folder=tmp_path)
    report = json.loads(done.stdout)
    assert (report["questions"], report["left_out"], report["problems"]) == (2, [], [])


def test_templates_that_the_documentation_shows(make_book: MakeBook, tmp_path: Path) -> None:
    """Each template in the docs replaces Crib's own, and changes the deck or the colophon."""
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', page, re.DOTALL | re.MULTILINE))
    assert shown.keys() == {"print/color.css", "book/colophon.html.j2", "anki/source.html.j2"}
    own = tmp_path / "mytemplates"
    for name, text in shown.items():
        (own / name).parent.mkdir(parents=True)
        (own / name).write_text(text, encoding="utf-8")
    names = re.compile("--[a-z-]+(?=:)")
    assert names.findall(shown["print/color.css"]) == names.findall(Templates().path("print/color.css").read_text())
    folder = make_book(ANSWER.replace("{#answer}", '{#answer level=recall tags="a-tag"}'))
    templates = Templates(own)
    book = read_book(folder).book
    assert templates.path("print/color.css").read_text() == shown["print/color.css"]
    colophon = templates.render("book/colophon.html.j2", book=book, labels=templates.labels(book))
    assert "A Small Book is for everyone" in colophon
    with ZipFile(BytesIO(package(book, own))) as deck:
        (tmp_path / "collection").write_bytes(deck.read("collection.anki2"))
    with closing(sqlite3.connect(tmp_path / "collection")) as collection:
        [(fields,)] = collection.execute("select flds from notes")
    assert " recall\n · a-tag" in fields


def test_rooms() -> None:
    """CONTRIBUTING lists every package, in the order of their floors."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| name | contents |\n")[2].partition("\n\n")[0]
    rooms = re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)
    floors = [next(i for i, floor in enumerate(FLOORS) if room in floor) for room in rooms]
    assert floors == sorted(floors)
    assert sorted(rooms) == sorted(room for floor in FLOORS for room in floor)


def test_pages_are_listed() -> None:
    """docs/README.md lists every page beside it, once."""
    page = ROOT / "docs/README.md"
    listed = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith("../")]
    assert sorted(listed) == sorted(path.name for path in page.parent.glob("*.md") if path != page)


def test_outputs_are_listed() -> None:
    """README has the command of every output of Crib, and the glossary its name."""
    commands = spans(ROOT / "README.md")
    assert [output.name for output in OUTPUTS if f"make {output.name}" not in commands] == []
    glossary = (ROOT / "docs/design.md").read_text(encoding="utf-8").partition("## Glossary\n")[2]
    [line] = re.findall(r"^\| \*\*output\*\* \|.*$", glossary, re.MULTILINE)
    assert all(re.search(rf"\b{output.name}\b", line) for output in OUTPUTS)


def test_glossary() -> None:
    """Each term has one line."""
    glossary = (ROOT / "docs/design.md").read_text(encoding="utf-8").partition("## Glossary\n")[2].partition("\n## ")[0]
    defined = re.findall(r"^\| \*\*([\w -]+)\*\* \| .+ \|$", glossary, re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert set(defined) >= TERMS


def test_walk() -> None:
    """docs/walk.md matches today's code; `make walk` writes it again."""
    assert WALK.read_text(encoding="utf-8") == walk()


def test_promises_of_security_have_tests() -> None:
    """Each promise names its tests, and these exist."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) > 40
    for path, name in named:
        assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"
    for table in text.split("| promise | test |\n|:--|:--|\n")[1:]:
        for row in table.partition("\n\n")[0].splitlines():
            assert "::test_" in row.split("|")[2], row
