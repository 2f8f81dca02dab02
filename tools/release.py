"""Build the wheel and the sdist of a release into release/.

    python -m tools.release [TAG]

The project's files do not name its repository: it may move, or be a fork. So the addresses in the metadata, and those
of pages linked from README, come from the remote `origin` of this clone. TAG must be the version, and the version the
first one of the changelog.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from crib import __version__

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "release"
TAG = f"v{__version__}"

_REMOTE = re.compile(r"(?:(?:https|ssh)://(?:[^/@]+@)?([\w.-]+)(?::\d+)?/|git@([\w.-]+):)([\w./-]+?)(?:\.git)?/?")
_RELATIVE = re.compile(r"(!?)(\[[^\]]*\]\()(?!https?:|#)")
"""The start of a relative link to a page, or, with an exclamation mark, to a picture."""

_URLS = """
[project.urls]
Homepage = "{repository}"
Documentation = "{repository}/blob/{tag}/docs/README.md"
Changelog = "{repository}/blob/{tag}/CHANGELOG.md"
Issues = "{repository}/issues"
"""


def main() -> None:
    """Build the release, and print the paths of its files."""
    if wrong := complaint(sys.argv[1:], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")):
        sys.exit(f"error: {wrong}")
    asking = ["git", "remote", "get-url", "origin"]
    remote = subprocess.run(asking, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    for path in build_release(PLACE, web_address(remote.stdout.strip())):
        print(path.relative_to(ROOT))


def complaint(tags: list[str], changelog: str) -> str:
    """Return the reason not to release; empty if there is none."""
    if any(tag != TAG for tag in tags):
        return f"the version is {__version__}, not that of the tag {' '.join(tags)}"
    heading = next(iter(re.findall("^## .*", changelog, re.MULTILINE)), "")
    if not re.fullmatch(rf"## {re.escape(__version__)} - \d{{4}}-\d\d-\d\d", heading):
        return f"CHANGELOG.md begins with “{heading}”, not with {__version__} and its date"
    return ""


def web_address(remote: str) -> str:
    """Return the address of the repository *remote* for browsers; empty for a folder. Links are those of GitHub."""
    match = _REMOTE.fullmatch(remote)
    return f"https://{match[1] or match[2]}/{match[3]}" if match else ""


def build_release(place: Path, repository: str) -> list[Path]:
    """Build the wheel and the sdist into *place*, with links into *repository*, if any, and return their paths."""
    with TemporaryDirectory() as folder:
        with tarfile.open(_built(SdistBuilder, ROOT, Path(folder))) as sdist:
            sdist.extractall(folder)  # noqa: S202 - which we have just made
        project = Path(folder, f"crib_study-{__version__}")
        if repository:
            _add_links(project, repository)
        return [_built(WheelBuilder, project, place), _built(SdistBuilder, project, place)]


def _built(builder: type[SdistBuilder | WheelBuilder], project: Path, place: Path) -> Path:
    [path] = builder(str(project)).build(directory=str(place))
    return Path(path)


def _add_links(project: Path, repository: str) -> None:
    """Put addresses in *repository* into the metadata of *project*, and in front of relative links of its README."""

    def absolute(link: re.Match[str]) -> str:
        return f"{link[0]}{repository}/{'raw' if link[1] else 'blob'}/{TAG}/"

    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(_URLS.format(repository=repository, tag=TAG))
    readme = project / "README.md"
    readme.write_text(_RELATIVE.sub(absolute, readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
