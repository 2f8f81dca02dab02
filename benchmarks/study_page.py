"""Measure study pages in Chromium: .venv/bin/python -m benchmarks.study_page FILE.html...

`benchmarks.books` generates books, and `build.py web` builds their pages. For each page it prints a row of a Markdown
table:

painted    milliseconds until the first paint, on a processor slowed down to a quarter: the best of nine
works      milliseconds of the page's thread, slowed down, until everything is ready to use: the best of nine
read       milliseconds of the page's thread for the first search to read all text
keystroke  milliseconds of the page's thread from a letter in the search box to its results: median and most
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measure import head, row
from tests.chromium import chromium, find

if TYPE_CHECKING:
    from tests.chromium import Chromium

TIMES = 9
SLOWDOWN = 4
QUERIES = ("model", "gradient descent", "a", "of the", "xyzzy")
READY = "location.protocol === 'file:' && document.readyState === 'complete' && document.documentElement.dataset.way"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
COUNT = "JSON.parse(document.getElementById('_data').textContent).chapters.flatMap(each => each.answers).length"
TYPED = """
(() => {{
  const box = document.getElementById("_query");
  box.value = "{}";
  box.dispatchEvent(new Event("input"));
  return document.body.offsetHeight;
}})()
"""


def measure(page: Chromium, file: Path) -> list[object]:
    """Return the cells of the row of *file*."""
    html = file.read_bytes()
    page.call("Performance.enable", timeDomain="threadTicks")
    painted, works = zip(*(_opened(page, file) for _ in range(TIMES)), strict=True)
    page.call("Emulation.setCPUThrottlingRate", rate=1)
    before = _busy(page)
    page.value(TYPED.format("xyzzy"))
    page.wait("document.getElementById('_results').ariaBusy === 'false'")
    reading = _busy(page) - before
    typed = [_keystroke(page, query[:end]) for query in QUERIES for end in range(1, len(query) + 1)]
    sizes = (len(html) / 1e6, len(gzip.compress(html)) / 1e6)
    return [page.value(COUNT), *sizes, min(painted), min(works), reading, median(typed), max(typed)]


def _opened(page: Chromium, file: Path) -> tuple[float, float]:
    """Return the milliseconds until the first paint, and those of the page's thread until it is ready to use."""
    page.call("Emulation.setCPUThrottlingRate", rate=SLOWDOWN)
    page.open("about:blank")
    before = _busy(page)
    page.open(file.as_uri())
    page.wait(READY)
    busy = _busy(page)
    return float(page.wait(PAINTED)), busy - before


def _keystroke(page: Chromium, query: str) -> float:
    before = _busy(page)
    page.value(TYPED.format(query))
    return _busy(page) - before


def _busy(page: Chromium) -> float:
    """Return the milliseconds of work of the page's thread; other programs do not count."""
    metrics = {metric["name"]: metric["value"] for metric in page.call("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


def main() -> None:
    """Measure and print."""
    names = ("answers", "MB", "MB gzipped", "painted", "works", "read", "keystroke", "slowest")
    print(head(*names, words=0), flush=True)
    for name in sys.argv[1:]:
        with TemporaryDirectory(ignore_cleanup_errors=True) as user, chromium(find(), Path(user)) as page:
            print(row(*measure(page, Path(name).resolve())), flush=True)


if __name__ == "__main__":
    main()
