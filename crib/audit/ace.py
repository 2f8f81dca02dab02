"""Ask DAISY Ace, the checker of accessible e-books, what it finds in one.

Ace (https://daisy.github.io/ace/) is a program for Node that looks at every page in Chromium. Both
are found on PATH; what they write stays in a folder that is gone afterwards.
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
_START = 60_000  # milliseconds that a busy machine may take to start Chromium


def missing_tools() -> str:
    """Return what Ace lacks on this system, nothing if it can run."""
    needed = {"Node": shutil.which("node"), "DAISY Ace": shutil.which("ace-cli"), "Chromium": _browser()}
    return " and ".join(name for name, found in needed.items() if not found)


def run_ace(book: Path) -> list[str]:
    """Return the findings in the e-book at *book*, a line each: where and what. Raises BuildError."""
    with TemporaryDirectory(prefix="crib-ace-") as folder:
        # By these names programs for Linux are told where to keep settings and logs.
        homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), folder)
        environment = {**os.environ, **homes, _BROWSER: _browser(), "ACE_TIMEOUT_INITIAL": str(_START)}
        command = [str(shutil.which("ace-cli")), "--lang", "en", "--outdir", folder, str(book.absolute())]
        done = subprocess.run(  # noqa: S603 - no shell
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        try:
            report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BuildError(f"DAISY Ace could not look at {book}:\n{done.stdout.strip()}") from None
    return sorted(_findings(report))


def _browser() -> str:
    return os.environ.get(_BROWSER) or next(filter(None, map(shutil.which, _BROWSERS)), "")


def _findings(report: dict[str, Any]) -> Iterator[str]:
    """Yield what is in a report: https://daisy.github.io/ace/docs/report-json/."""
    for page in report["assertions"]:
        for assertion in page["assertions"]:
            test, result = assertion["earl:test"], assertion["earl:result"]
            places = result.get("earl:pointer", {}).get("css", [""])
            where = " ".join([page["earl:testSubject"]["url"], *places]).strip()
            what = " ".join(result["dct:description"].split())
            yield f"{where}: {test['dct:title']} ({test['earl:impact']}): {what}"
