"""Accessibility audit of an e-book with DAISY Ace.

Ace (https://daisy.github.io/ace/) is a Node program; it opens every page of an EPUB in Chromium.
All three must be on PATH. They write only to a temporary folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BROWSER = "PUPPETEER_EXECUTABLE_PATH"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_START_TIMEOUT = 60_000  # milliseconds; a busy machine takes long to start Chromium


def tools() -> dict[str, str]:
    """Return the paths of Ace and its dependencies, by name; "" for missing programs."""
    return {"Node": shutil.which("node") or "", "DAISY Ace": shutil.which("ace-cli") or "", "Chromium": _browser()}


def missing_tools() -> str:
    """Return the names of missing programs, joined by "and"; "" if Ace can run."""
    return " and ".join(name for name, program in tools().items() if not program)


def run_ace(book: Path) -> list[str]:
    """Return the findings in the EPUB at *book*, each a line with place and rule. Raises BuildError if Ace fails."""
    with TemporaryDirectory(prefix="crib-ace-") as folder:
        # Keep settings and logs of Node and Chromium out of the home folder (XDG Base Directory Specification)
        homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), folder)
        environment = {**os.environ, **homes, _BROWSER: _browser(), "ACE_TIMEOUT_INITIAL": str(_START_TIMEOUT)}
        command = [str(shutil.which("ace-cli")), "--lang", "en", "--outdir", folder, str(book.absolute())]
        process = subprocess.run(  # noqa: S603 - no shell
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        try:
            report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BuildError(f"DAISY Ace cannot read {book}:\n{process.stdout.strip()}") from None
    return sorted(_findings(report))


def _browser() -> str:
    return os.environ.get(_BROWSER) or next(filter(None, map(shutil.which, _BROWSERS)), "")


def _findings(report: dict[str, Any]) -> Iterator[str]:
    """Yield the findings of a JSON report (https://daisy.github.io/ace/docs/report-json/)."""
    for page in report["assertions"]:
        for assertion in page["assertions"]:
            test, result = assertion["earl:test"], assertion["earl:result"]
            places = result.get("earl:pointer", {}).get("css", [""])
            place = " ".join([page["earl:testSubject"]["url"], *places]).strip()
            description = " ".join(result["dct:description"].split())
            yield f"{place}: {test['dct:title']} ({test['earl:impact']}): {description}"
