"""Build the site of the documentation into docs/_site.

    make docs

Its pages are README.md and all files linked from it, at the same paths: a link works on the site, on a forge, and
in an editor. docs/README.md lists the pages in their order.

Exit status: 0 built; 1 a broken link, or a page that would load something from another site.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "tools/docs"
SITE = ROOT / "docs/_site"
START, INDEX = "README.md", "docs/README.md"

_CODE = re.compile(r"^ *```.*?^ *```$|`[^`]+`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"""\]\(([^)\s]+)|\bsrc="([^"]+)""")
_PART = re.compile(r"^\*\*(.+)\*\*$", re.MULTILINE)
_PAGE = re.compile(r"^- \[(.+?)\]\((.+?)\)", re.MULTILINE)


# Pages


def links(page: Path) -> Iterator[tuple[int, str]]:
    """Yield line and path of each link to another file in *page*, a Markdown file."""
    text = page.read_text(encoding="utf-8")
    text = _CODE.sub(lambda code: "\n" * code[0].count("\n"), text)
    for link in _LINK.finditer(text):
        url = urlsplit(link[1] or link[2])
        if url.path and not url.scheme:
            yield text.count("\n", 0, link.start()) + 1, unquote(url.path)


def collect(root: Path) -> tuple[list[str], list[str]]:
    """Return the paths of all files linked from the first page of *root*, and a problem for each broken link."""
    files, problems = [START], []
    for name in files:
        if not name.endswith(".md"):
            continue
        for line, target in links(root / name):
            path = (root / name).parent.joinpath(target).resolve()
            if not path.is_relative_to(root) or not path.is_file():
                problems.append(f"{name}:{line}: error[link]: {target} is no file of this project")
            elif (linked := path.relative_to(root).as_posix()) not in files:
                files.append(linked)
    return files, problems


def navigation(index: str) -> str:
    """Return the `nav` setting of zensical for the parts and pages in *index*, the text of docs/README.md."""
    _, *parts = _PART.split(index)
    lines = ["nav = ["]
    for part, text in zip(parts[::2], parts[1::2], strict=True):
        pages = (
            f"{{{json.dumps(title)} = {json.dumps(normpath(f'docs/{path}'))}}}" for title, path in _PAGE.findall(text)
        )
        lines.append(f"  {{{json.dumps(part)} = [{', '.join(pages)}]}},")
    return "\n".join([*lines, "]"])


# The site


def build(files: list[str], site: Path) -> list[str]:
    """Build *site* from *files* of the project, and return its problems."""
    with TemporaryDirectory() as folder:
        stage = Path(folder)
        for name in files:
            (stage / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, stage / "pages" / name)
        for name in ("favicon.svg", "iframe-worker.js"):
            shutil.copyfile(SETTINGS / name, stage / "pages" / name)
        shutil.copytree(SETTINGS / "theme", stage / "theme")
        settings = (SETTINGS / "zensical.toml").read_text(encoding="utf-8")
        nav = navigation((ROOT / INDEX).read_text(encoding="utf-8"))
        settings = settings.replace("[project]\n", f"[project]\n{nav}\n", 1)
        (stage / "zensical.toml").write_text(settings, encoding="utf-8")
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        process = subprocess.run(command, cwd=stage, capture_output=True, text=True, check=False)  # noqa: S603
        if process.returncode:
            return [(process.stdout + process.stderr).partition("Traceback ")[0].strip() or process.stderr.strip()]
        problems = sorted(check(stage / "site"))
        if not problems:
            shutil.rmtree(site, ignore_errors=True)
            shutil.move(stage / "site", site)
    return problems


class _Page(HTMLParser):
    """The links of a page, its anchors, and the resources it loads."""

    def __init__(self, text: str) -> None:
        """Parse *text*, a page of HTML."""
        super().__init__()
        self.anchors, self.links, self.loads = {""}, set[str](), set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the attributes of one element."""
        values = {name: value for name, value in attrs if value is not None}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if "href" in values:
            (self.links if tag == "a" else self.loads).add(values["href"])
        if "src" in values:
            self.loads.add(values["src"])


def check(site: Path) -> Iterator[str]:
    """Yield a problem for each broken link in *site*, and for each resource loaded from another site."""
    pages = {path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        if name.name == "404.html":  # shown at any address, so its relative links are not checked
            continue
        for address in page.links | page.loads:
            url = urlsplit(address)
            target = path.parent.joinpath(unquote(url.path)).resolve() if url.path else path
            if url.scheme or url.netloc:
                if address in page.loads:
                    yield f"{name}: error[elsewhere]: the page would load {address}"
            elif not target.is_file():
                yield f"{name}: error[link]: {address} leads nowhere"
            elif target in pages and unquote(url.fragment) not in pages[target].anchors:
                yield f"{name}: error[link]: {address}: no such place on that page"


def main() -> int:
    """Build the site; return the exit status."""
    files, problems = collect(ROOT)
    problems = problems or build(files, SITE)
    print("\n".join(problems), file=sys.stderr) if problems else print(SITE.relative_to(ROOT) / "index.html")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
