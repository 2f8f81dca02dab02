"""Contents of the wheel and the sdist, and Crib installed from them, without the clone."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import venv
from dataclasses import dataclass
from importlib.metadata import distribution, packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
import yaml
from hatchling import build
from packaging.requirements import Requirement

from crib import __version__
from crib.home import DISTRIBUTION
from tests.commands import files
from tests.conftest import ROOT
from tools.release import build_release, complaint, web_address

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = "# Capitals\n\n## What is the capital of France?\n\nParis.\n\n## What is the capital of Peru?\n\nLima.\n"


@dataclass(frozen=True)
class Installed:
    """Crib in its own virtual environment. `home` is the home folder; commands run in `books`."""

    environment: Path
    home: Path
    books: Path

    @property
    def packages(self) -> Path:
        """Return the folder of its packages."""
        return next(self.environment.glob("lib/python*/site-packages"))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command, with nothing of the clone in its environment."""
        return subprocess.Popen(
            [self.environment / "bin/crib", *arguments], cwd=self.books, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"HOME": str(self.home), "PATH": f"{self.environment}/bin:/usr/bin:/bin"},
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[str, str]:
        """Run a command that must succeed, and return its stdout and stderr."""
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=300)
        assert process.returncode == 0, stderr
        return stdout, stderr


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build wheel and sdist, as for a release from a repository."""
    wheel, sdist = build_release(tmp_path_factory.mktemp("release"), "https://example.org/someone/crib")
    return wheel, sdist


@pytest.fixture(scope="module")
def installed(release: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel into an environment with our dependencies, but without the clone.

    A line of a .pth file adds the folder of this environment's packages; .pth files in it, such as the clone's, are
    not read.
    """
    folder = tmp_path_factory.mktemp("installed")
    installed = Installed(folder / "venv", folder / "home", folder / "books")
    installed.books.mkdir()
    installed.home.mkdir()
    venv.create(installed.environment, symlinks=True)
    python = str(installed.environment / "bin/python")
    uv = shutil.which("uv")
    pip = (
        [uv, "pip", "install", "--compile-bytecode", "--offline", "--python", python]
        if uv
        else [sys.executable, "-m", "pip", "--python", python, "install", "--no-index"]
    )
    subprocess.run([*pip, "--quiet", "--no-deps", release[0]], check=True)
    (installed.packages / "dependencies.pth").write_text(f"{Path(pytest.__file__).parent.parent}\n")
    return installed


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of each file and folder in *folder*."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


# The files


def test_same_bytes(release: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sdist builds the same wheel and the same sdist, with other times and permissions of its files."""
    wheel, sdist = release
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    [project] = tmp_path.iterdir()
    for path in project.rglob("*"):
        os.utime(path, (0, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    monkeypatch.chdir(project)  # where pip calls the build backend
    assert (tmp_path / build.build_wheel(str(tmp_path))).read_bytes() == wheel.read_bytes()
    assert (tmp_path / build.build_sdist(str(tmp_path))).read_bytes() == sdist.read_bytes()


def test_contents(release: tuple[Path, Path]) -> None:
    """The wheel has all code and templates of the clone and the licenses, and neither tests nor the shipped book."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "crib", "templates"], cwd=ROOT,
                            capture_output=True, text=True, check=True)  # fmt: skip
    ours = {re.sub("^templates/", "crib/templates/", path) for path in listed.stdout.splitlines()}
    with ZipFile(release[0]) as wheel:
        names = set(wheel.namelist())
    info = f"crib_study-{__version__}.dist-info"
    licenses = {f"{info}/licenses/{path.relative_to(ROOT)}" for path in (ROOT / "templates/fonts").glob("LICENSE*")}
    assert len(licenses) == 3
    about = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    assert names == ours | about | licenses
    assert "crib/py.typed" in names
    with tarfile.open(release[1]) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    assert tops <= {
        "crib",
        "templates",
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "PKG-INFO",
        ".gitignore",
    }


def test_addresses(release: tuple[Path, Path]) -> None:
    """The page of the package links to the repository; no link of README is relative, and its picture is shown."""
    with ZipFile(release[0]) as wheel:
        metadata = wheel.read(f"crib_study-{__version__}.dist-info/METADATA").decode()
    repository = "https://example.org/someone/crib"
    assert f"Project-URL: Homepage, {repository}\n" in metadata
    assert f"Project-URL: Changelog, {repository}/blob/v{__version__}/CHANGELOG.md\n" in metadata
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)]*)\)", metadata)
    assert ("!", f"{repository}/raw/v{__version__}/docs/what-comes-out.png") in links
    assert ("", f"{repository}/blob/v{__version__}/docs/start.md") in links
    assert all(address.startswith("https://") for _, address in links)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://example.org/someone/crib.git", "https://example.org/someone/crib"),
        ("https://user:word@example.org/someone/crib", "https://example.org/someone/crib"),
        ("git@example.org:a/group/crib.git", "https://example.org/a/group/crib"),
        ("ssh://git@example.org/someone/crib", "https://example.org/someone/crib"),
        ("ssh://git@example.org:2222/someone/crib.git", "https://example.org/someone/crib"),
        ("/srv/git/crib.git", ""),
        ("", ""),
    ],
)
def test_remotes(remote: str, address: str) -> None:
    """A remote on a forge has an address for browsers, without a password; a folder has none."""
    assert web_address(remote) == address


def test_tags() -> None:
    """A release has the version of its tag, and a section of the changelog with a date."""
    listed = f"# Changelog\n\n## {__version__} - 2026-11-29\n\n## 0.1.0 - 2025-01-01\n"
    assert complaint([f"v{__version__}"], listed) == ""
    assert "v0.1.0" in complaint(["v0.1.0"], listed)
    assert "Unreleased" in complaint([], "## Unreleased\n" + listed)
    assert complaint([], "")


def test_workflow() -> None:
    """A tag publishes the files built by `make release`, with an identity of the workflow and no password."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    assert workflow["on"] == {"push": {"tags": ["v*"]}}
    jobs = workflow["jobs"]
    assert 'make release ARGS="$GITHUB_REF_NAME"' in [step.get("run") for step in jobs["build"]["steps"]]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets" not in str(workflow)


def test_citation() -> None:
    """CITATION.cff has the version, and its date in the changelog."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {__version__} - {citation['date-released']}\n" in changelog


@pytest.mark.parametrize("name", ["bug", "idea"])
def test_issue_forms(name: str) -> None:
    """GitHub can show the form; the one for bugs asks for the report of `doctor`."""
    form = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{name}.yml").read_text(encoding="utf-8"))
    assert form.keys() == {"name", "description", "body"}
    fields = {field["id"]: field for field in form["body"] if field["type"] != "markdown"}
    for field in fields.values():
        assert field["type"] == "textarea"
        assert field.keys() <= {"type", "id", "attributes", "validations"}
        assert field["attributes"].keys() <= {"label", "description", "render"}
    assert any(field.get("validations") == {"required": True} for field in fields.values())
    assert name != "bug" or "crib doctor" in fields["doctor"]["attributes"]["label"]


def imported() -> Iterator[str]:
    """Yield the top-level names of all modules imported by Crib at run time."""
    for path in (ROOT / "crib").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        typing = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if node in typing:
                continue
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def plain(name: str) -> str:
    """Return the name of a distribution in its plain form (PEP 503)."""
    return re.sub("[-_.]+", "-", name).lower()


def test_dependencies() -> None:
    """All packages imported by Crib are declared, in versions that include those of this environment."""
    requirements = [Requirement(text) for text in distribution(DISTRIBUTION).requires or ()]
    declared = {plain(requirement.name) for requirement in requirements} | {"dask"}  # which distributed requires
    ours = {*sys.stdlib_module_names, "crib", "compression"}  # the last is of Python 3.14
    providers = packages_distributions()
    for module in set(imported()) - ours:
        assert {plain(name) for name in providers[module]} & declared, module
    for requirement in requirements:
        if not requirement.marker or requirement.marker.evaluate({"extra": "dask"}):
            assert version(requirement.name) in requirement.specifier, requirement


# As installed


def test_first_steps(installed: Installed) -> None:
    """A new book builds into all outputs; the installed package stays as it is, so it may be read-only."""
    before = state(installed.packages)
    where = [str(installed.environment / "bin/python"), "-c", "import crib; print(crib.__file__)"]
    found = subprocess.run(where, cwd=installed.books, capture_output=True, text=True, check=True)
    assert found.stdout == f"{installed.packages}/crib/__init__.py\n"
    assert installed.run("--version")[0] == f"crib, version {__version__}\n"
    assert (
        "Next: edit the chapter, and build the book with `crib all --content x --out x/dist`."
        in installed.run("new", "x")[1]
    )
    paths, _ = installed.run("all", "-j", "1", "--content", "x", "--out", "x/dist")
    printed = ["book.pdf", "cards.pdf", "pocket/01-the-calendar.pdf", "quiz.pdf", "sheets.pdf"]
    built = [*printed, "sheets/01-the-calendar.pdf", "x-svg.epub", "x.apkg", "x.epub", "x.html"]
    assert files(installed.books / "x/dist") == built
    assert sorted(paths.split()) == [f"x/dist/{path}" for path in built]
    assert state(installed.packages) == before
    assert {path.parts[0] for path in map(Path, files(installed.home))} == {".cache"}


def test_import(installed: Installed) -> None:
    """A list of questions becomes a book without errors."""
    (installed.books / "questions.md").write_text(QUESTIONS)
    _, told = installed.run("import", "questions.md", "--to", "capitals")
    assert "2 questions in 1 chapter." in told
    assert "No errors, 1 warning: 1 chapter, 2 answers." in installed.run("check", "--content", "capitals")[1]


def test_serve(installed: Installed) -> None:
    """The preview shows the book until it is interrupted."""
    book = installed.books / "served"
    book.mkdir()
    (book / "01-capitals.md").write_text(QUESTIONS)
    process = installed.start("serve", "--content", "served", "--out", "served/dist", "--port", "0")
    try:
        assert process.stdout
        with urlopen(process.stdout.readline().strip(), timeout=60) as page:
            assert "Capitals" in page.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130


def test_doctor(installed: Installed) -> None:
    """The report for a bug names Crib and all its dependencies."""
    versions = dict(line.split(maxsplit=1) for line in installed.run("doctor")[0].splitlines())
    assert versions["crib"] == __version__
    assert {"weasyprint", "pypandoc-binary", "mini-racer"} <= versions.keys()
