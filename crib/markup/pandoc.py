"""Run pandoc: sandboxed, within limits on time and memory, with warnings as errors.

Crib calls the binary in the wheel of pypandoc instead of `pypandoc.convert_text`: that would prefer a newer pandoc
on PATH, and has no limits on time and memory.
"""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from typing import TYPE_CHECKING

from crib import limits
from crib.engine.cached import cached_each
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model.elements import Elements, Json

# Automatic identifiers would hide a missing key; the other extensions duplicate front matter and blocks, or produce
# characters missing in our fonts.
READER = "commonmark_x+implicit_figures+sourcepos-gfm_auto_identifiers-yaml_metadata_block-alerts-emoji-task_lists"
API_VERSION = [1, 23, 1, 1]

WRITER = READER.replace("+sourcepos", "").replace("-task_lists", "+task_lists")
"""The inverse of READER; boxes are the characters U+2610 and U+2612."""

_FRAGMENTS_WRITER = Path(__file__).with_name("fragments.lua")
_LINE = re.compile(r',"line":\d+')
"""The line of an element, last in its JSON; left out of cache keys, since any edit above changes it."""

_NURSERY = "16m"  # memory between two garbage collections: a fifth less time than with pandoc's 4 MB
_PATIENCE = 15  # elapsed time on a busy machine, as a multiple of processor time
_FRAGMENTS_A_CALL = 2000  # keeps pandoc's memory flat in the size of the book
_TOO_LONG = "pandoc did not finish within {} seconds"


class PandocError(BuildError):
    """pandoc refused its input, warned about it, or exceeded its time or memory."""


def version() -> str:
    """Return pandoc's version."""
    return _run("", "--version").split()[1]


def read(markdown: str) -> Elements:
    """Return the blocks of *markdown*, with `data-pos` attributes of the form `@LINE:COL-…`.

    Raises PandocError.
    """
    try:
        document = json.loads(_run(markdown, "--from", READER, "--to", "json"))
    except RecursionError:
        raise PandocError("the text is nested too deep") from None
    blocks: Elements = document["blocks"]
    return blocks


def read_as(reader: str, source: bytes) -> tuple[Json, Elements, list[str]]:
    """Return metadata and blocks of *source*, in a format such as `html` or `docx`, and pandoc's warnings.

    Raises PandocError.
    """
    written, complaints = _run_with_log(source, "--from", reader, "--to", "json")
    try:
        document = json.loads(written)
    except RecursionError:
        raise PandocError("the text is nested too deep") from None
    return document["meta"], document["blocks"], complaints


def write_markdown(blocks: Elements, columns: int) -> str:
    """Return *blocks* as Markdown for `read`, in lines of at most *columns* characters. Raises PandocError."""
    document = json.dumps({"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks})
    return _run(document, "--from", "json", "--to", WRITER, f"--columns={columns}")


def write_html(fragments: Mapping[str, Elements]) -> dict[str, str]:
    """Return the HTML of each of *fragments* (name to blocks), well-formed as XML too.

    Raises PandocError.
    """
    trees = [_LINE.sub("", json.dumps(blocks, separators=(",", ":"))) for blocks in fragments.values()]
    return dict(zip(fragments, _written(trees), strict=True))


@cached_each()
def _written(trees: Sequence[str]) -> list[str]:
    """Return the HTML of each of *trees*: blocks as JSON text."""
    html: list[str] = []
    for start in range(0, len(trees), _FRAGMENTS_A_CALL):
        chunk = trees[start : start + _FRAGMENTS_A_CALL]
        divs = ",".join(f'{{"t":"Div","c":[["{name}",[],[]],{tree}]}}' for name, tree in enumerate(chunk))
        document = f'{{"pandoc-api-version":{API_VERSION},"meta":{{}},"blocks":[{divs}]}}'
        written = json.loads(_run(document, "--from", "json", "--to", str(_FRAGMENTS_WRITER)))
        html += [written[str(name)] for name in range(len(chunk))]
    return html


def _run(text: str, *arguments: str) -> str:
    return _run_with_log(text.encode(), "--fail-if-warnings", *arguments)[0]


def _run_with_log(source: bytes, *arguments: str) -> tuple[str, list[str]]:
    """Run pandoc; return its output and its warnings."""
    command = [
        "/bin/sh",
        "-c",
        'ulimit -t "$0" && exec "$@"',
        str(limits.PANDOC_SECONDS),
        _binary(),
        "+RTS",
        f"-M{limits.PANDOC_MEMORY}",
        f"-A{_NURSERY}",
        "-RTS",
        "--sandbox",
        *arguments,
    ]
    try:
        process = subprocess.run(  # noqa: S603 - our own binary; the shell parses no argument
            command,
            input=source,
            capture_output=True,
            timeout=_PATIENCE * limits.PANDOC_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PandocError(_TOO_LONG.format(limits.PANDOC_SECONDS)) from None
    if process.returncode in (-SIGXCPU, -SIGKILL):
        raise PandocError(_TOO_LONG.format(limits.PANDOC_SECONDS))
    complaints = list(_complaints(process.stderr.decode(errors="replace")))
    if process.returncode:
        raise PandocError("; ".join(complaints) or "pandoc failed")
    return process.stdout.decode().replace("\r\n", "\n").replace("\r", "\n"), complaints


def _complaints(log: str) -> Iterator[str]:
    """Yield pandoc's messages without their prefixes, and without the one about --fail-if-warnings."""
    for line in log.splitlines():
        if line.strip() and not line.startswith("Failing because there were warnings"):
            yield line.removeprefix("[WARNING] ").removeprefix("pandoc: ").strip()


@cache
def _binary() -> str:
    package = find_spec("pypandoc")
    folders = package.submodule_search_locations if package else None
    for folder in folders or []:
        for name in ("pandoc", "pandoc.exe"):
            if (binary := Path(folder) / "files" / name).is_file():
                return str(binary)
    raise PandocError("pypandoc-binary is not installed, or lacks its pandoc binary")
