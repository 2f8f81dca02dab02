"""Time from saving a file to seeing it in the preview: python benchmarks/serve.py [CHAPTER] (needs Chromium).

For each view, it prints the milliseconds from writing a word into the middle of a chapter of the shipped book
to its appearance in the page in a browser.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.chromium import chromium, find  # noqa: E402

if TYPE_CHECKING:
    from tests.chromium import Chromium

SAVES = 9
PAGE = 'document.querySelector("iframe").contentDocument'
VIEWS = ("/sheet/{}", "/cards/{}", "/ebook/answers/{}.xhtml")
WATCH = """
seen = 0;
new MutationObserver((_, observer) => {{
  if (!{page}.body.textContent.includes("{word}")) return;
  seen = Date.now();
  observer.disconnect();
}}).observe({page}, {{childList: true, subtree: true, characterData: true}});
true
"""


def measure(page: Chromium, file: Path, word: str) -> float:
    """Return the milliseconds from saving *file* with *word* to seeing it."""
    page.value(WATCH.format(page=PAGE, word=word))
    gists = file.read_text().split("::: gist\n")
    first, rest = gists[len(gists) // 2].split(" ", 1)
    gists[len(gists) // 2] = f"{first}{word} {rest}"
    text = "::: gist\n".join(gists)
    began = time.time() * 1000
    file.write_text(text)
    return float(page.wait("seen")) - began


def main() -> None:
    """Measure and print."""
    browser = find() or sys.exit("Chromium is not installed")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        content = Path(folder, "content")
        shutil.copytree(ROOT / "content", content)
        file = next(content.glob(f"{int(sys.argv[1] if sys.argv[1:] else 4):02}-*.md"))
        command = [sys.executable, "-m", "crib", "serve", "--content", content, "--out", f"{folder}/dist", "--port=0"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
            url = server.stdout.readline().strip() if server.stdout else ""
            with chromium(browser, Path(folder, "user")) as page:
                for view in VIEWS:
                    page.open("about:blank")
                    page.open(f"{url}#{view.format(file.stem)}")
                    page.wait(f"events && {PAGE}.readyState === 'complete' && {PAGE}.URL !== 'about:blank'")
                    time.sleep(3)
                    times = [measure(page, file, f"w{view[1]}{i}") for i in range(SAVES)]
                    print(f"{view:24} median {median(times):5.0f} ms, {min(times):5.0f} to {max(times):5.0f}")
            server.terminate()


if __name__ == "__main__":
    main()
