"""The setup: .venv, the lock files, and their commands."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from crib.outputs.registry import OUTPUTS
from tools import bootstrap

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
NOBODY = 65534


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in another process, in the root folder of the project."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# System packages


LACKING = """
import os
from crib import system_packages
from tools import bootstrap
system_packages.LIBRARIES = {"pango": ["libnowhere.so.9"]}
if os.geteuid() == 0:
    os.setuid(%d)
bootstrap.set_up("build")
"""


@pytest.fixture
def path() -> Iterator[Path]:
    """Provide a folder for PATH, readable to every user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_user_gets_the_line(path: Path) -> None:
    """Without root, the install command is printed and nothing is installed."""
    (path / "pacman").symlink_to("/bin/false")
    (path / "sudo").symlink_to("/bin/false")
    done = python(LACKING % NOBODY, PATH=str(path))
    assert done.returncode == 3
    assert re.search(r"\n    sudo pacman -S --needed --noconfirm (python )?pango\n", done.stderr)
    assert "Setting up" not in done.stderr


def test_unknown_system(path: Path) -> None:
    """Without a known package manager, the missing packages are listed."""
    done = python(LACKING % NOBODY, PATH=str(path))
    assert done.returncode == 3
    assert "pango" in done.stderr
    assert "Traceback" not in done.stderr


# Failing installers


def test_last_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A failed installer shows its last lines, not its first."""
    with pytest.raises(SystemExit) as stop:
        bootstrap.check(bootstrap.run("sh", "-c", "seq 100 120; exit 7"))
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert "120\n" in said
    assert "100\n" not in said
    assert "exit status 7" in said


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", 1),
        ("No space left on device", 1),
        ("WARNING: Retrying (Retry(total=0)) after 'NewConnectionError('<pip._vendor…", 3),
        ("  cause: client error (Connect)\n  cause: dns error", 3),
        ("E: Failed to fetch …  Temporary failure resolving 'deb.example.org'", 3),
        ("Curl error (6): Could not resolve hostname for …", 3),
    ],
)
def test_no_network(said: str, status: int) -> None:
    """A missing network has an exit status of its own."""
    with pytest.raises(SystemExit) as stop:
        bootstrap.check(subprocess.CompletedProcess(["installer"], 1, said))
    assert stop.value.code == status


# Fingerprint of .venv


def skeleton(root: Path) -> ModuleType:
    """Copy the setup to another folder and load it from there."""
    for name in (*bootstrap.INPUTS, "build.py", "Makefile"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    spec = importlib.util.spec_from_file_location("copy", root / "tools/bootstrap.py")
    assert spec
    assert spec.loader
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


def finished(root: Path, level: str = "build") -> ModuleType:
    """Copy the setup, and add a stub of a complete .venv."""
    copy = skeleton(root)
    copy.PYTHON.parent.mkdir(parents=True)
    copy.PYTHON.symlink_to(sys.executable)
    copy.READY.write_text(f"{copy.fingerprint()} {level}\n")
    return copy


def test_nothing_is_ready(tmp_path: Path) -> None:
    """Without a .venv nothing is ready."""
    assert not skeleton(tmp_path).is_ready("build")


def test_ready_for_a_build(tmp_path: Path) -> None:
    """A .venv for builds is not enough for the tests."""
    copy = finished(tmp_path)
    assert copy.is_ready("build")
    assert not copy.is_ready("dev")


def test_ready_for_the_tests(tmp_path: Path) -> None:
    """A .venv for the tests is enough for builds."""
    copy = finished(tmp_path, "dev")
    assert copy.is_ready("build")
    assert copy.is_ready("dev")


@pytest.mark.parametrize("name", bootstrap.INPUTS)
def test_stale(tmp_path: Path, name: str) -> None:
    """A .venv is stale after a change of a file it depends on."""
    copy = finished(tmp_path)
    with (tmp_path / name).open("a") as file:
        file.write("# changed\n")
    assert not copy.is_ready("build")


@pytest.mark.parametrize("torn", ["", "abc", "abc build", "abc build dev"])
def test_torn_stamp(tmp_path: Path, torn: str) -> None:
    """An incomplete fingerprint file does not count."""
    copy = finished(tmp_path)
    copy.READY.write_text(torn)
    assert not copy.is_ready("build")


def test_vanished_interpreter(tmp_path: Path) -> None:
    """A .venv with a missing interpreter is not ready."""
    copy = finished(tmp_path)
    copy.PYTHON.unlink()
    copy.PYTHON.symlink_to(tmp_path / "gone")
    assert not copy.is_ready("build")


def test_moved_folder(tmp_path: Path) -> None:
    """A .venv holds absolute paths, so it cannot move."""
    finished(tmp_path / "here")
    shutil.copytree(tmp_path / "here" / ".venv", tmp_path / "there" / ".venv", symlinks=True)
    assert not skeleton(tmp_path / "there").is_ready("build")


@pytest.mark.parametrize("level", ["build", "dev"])
def test_interrupted(tmp_path: Path, path: Path, level: str) -> None:
    """An interrupted setup does not look finished."""
    copy = finished(tmp_path)
    if level == "build":
        (tmp_path / "pyproject.toml").write_text("[project]")
    (path / "uv").symlink_to("/bin/false")
    command = [sys.executable, "tools/bootstrap.py", *(["--dev"] if level == "dev" else [])]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": str(path)}, check=False, timeout=60)
    assert done.returncode == 1
    assert not copy.READY.exists()


def test_linked_venv(tmp_path: Path) -> None:
    """If .venv is a symbolic link, the link is removed and its target stays."""
    copy = skeleton(tmp_path / "project")
    kept = tmp_path / "elsewhere" / "kept"
    kept.parent.mkdir()
    kept.touch()
    copy.VENV.symlink_to(kept.parent)
    copy.clear_venv()
    assert kept.exists()
    assert not copy.VENV.exists()


# One at a time

HOLD = """
import sys
sys.path.insert(0, {root!r})
from tools import bootstrap
with bootstrap.one_at_a_time():
    print("in", flush=True)
    {then}
"""


def holder(root: Path, then: str = "pass") -> subprocess.Popen[str]:
    """Start a process to lock the folder and then run a statement."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD.format(root=str(root), then=then)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def heard(stream: object) -> str:
    """Return the next line printed by a process."""
    return stream.readline().strip()  # type: ignore[attr-defined, no-any-return]


def test_two_at_once(tmp_path: Path) -> None:
    """A second setup waits for the first."""
    skeleton(tmp_path)
    with holder(tmp_path, "sys.stdin.read()") as first:
        assert heard(first.stdout) == "in"
        with holder(tmp_path) as second:
            assert heard(second.stderr).startswith("Waiting")
            first.communicate(timeout=30)
            assert heard(second.stdout) == "in"


def test_orphaned_installer(tmp_path: Path) -> None:
    """An installer keeps the lock after its setup was killed."""
    skeleton(tmp_path)
    done = tmp_path / "done"
    with holder(tmp_path, f"bootstrap.run('sh', '-c', 'sleep 1; touch \"{done}\"')") as first:
        assert heard(first.stdout) == "in"
        time.sleep(0.3)
        first.kill()
    with holder(tmp_path) as second:
        assert heard(second.stdout) == "in"
        assert done.exists()


# build.py and make


def stub(root: Path, body: str) -> None:
    """Make a copy of the project with one statement as its command line."""
    finished(root, "dev")
    (root / "crib").mkdir(exist_ok=True)
    (root / "crib" / "cli.py").write_text(f"import os, sys\ndef main():\n    {body}\n")


def test_build_goes_on_in_venv(tmp_path: Path) -> None:
    """The command runs in .venv in the same process, so its exit status is passed on."""
    stub(tmp_path, "print(os.getpid(), sys.executable, *sys.argv[1:]); sys.exit(7)")
    door = subprocess.Popen([sys.executable, "build.py", "pdf", "-n"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    said, _ = door.communicate(timeout=60)
    assert said.split() == [str(door.pid), str(tmp_path / ".venv/bin/python"), "pdf", "-n"]
    assert door.returncode == 7


def test_build_keeps_signals(tmp_path: Path) -> None:
    """build.py dies of the same signal as its command."""
    stub(tmp_path, "os.kill(os.getpid(), 15)")
    done = subprocess.run([sys.executable, "build.py"], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode == -15


def make(root: Path, *arguments: str) -> str:
    """Run make as from a terminal, even when make runs these tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", f"PYTHON={sys.executable}", *arguments]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("target", ["all", "pdf", "epub", "check", "clean", "gists"])
def test_make(tmp_path: Path, target: str) -> None:
    """Make passes target and arguments to build.py, also in a path with spaces; so outside outputs have targets."""
    root = tmp_path / "a path with spaces"
    stub(root, "print(*sys.argv[1:])")
    (root / "crib/outputs/epub").mkdir(parents=True)
    (root / "crib/outputs/epub/__init__.py").write_text('help="""Build the e-book.\n"""\n')
    assert re.search(r"^make epub +Build the e-book$", make(root, "help"), re.MULTILINE)
    assert make(root, target, "ARGS=-v --json") == f"{target} -v --json\n"


def test_make_help() -> None:
    """`make` alone lists every target; outputs have the first line of their help text."""
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    targets = {name for name in phony[1].split() if not name.startswith(("ready", "$"))}
    listed = dict(re.findall(r"^make (\w+) +([-\w].*)", make(ROOT), re.MULTILINE))
    assert listed.keys() == targets | {output.name for output in OUTPUTS}
    for output in OUTPUTS:
        assert listed[output.name] == output.help.splitlines()[0].removesuffix(".")


def test_make_nosuch(tmp_path: Path) -> None:
    """An unknown target fails as an unknown command does, with the same status."""
    stub(tmp_path, "sys.exit(f\"Error: No such command '{sys.argv[1]}'.\" if sys.argv[1] == 'nosuch' else 0)")
    command = ["make", f"PYTHON={sys.executable}", "nosuch"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "No such command 'nosuch'" in done.stderr


def test_usage() -> None:
    """An unknown option is a usage error."""
    done = subprocess.run([sys.executable, "tools/bootstrap.py", "--fast"], cwd=ROOT, check=False)
    assert done.returncode == 2


# Old Pythons


@pytest.mark.parametrize("name", ["tools/bootstrap.py", "build.py"])
def test_old_python_reads(name: str) -> None:
    """An old Python can parse the scripts it may be started with."""
    ast.parse((ROOT / name).read_text(), feature_version=(3, 7))


def test_old_python() -> None:
    """An old Python is an error with the required version."""
    done = python("import sys; sys.version_info = (3, 9, 2); import tools.bootstrap")
    assert done.returncode == 3
    assert "needs Python 3.10 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_oldest_python() -> None:
    """All files name the same oldest Python."""
    oldest = "{}.{}".format(*bootstrap.OLDEST_PYTHON)
    assert project()["project"]["requires-python"] == f">={oldest}"
    assert f"--python-version {oldest} " in (ROOT / "Makefile").read_text()


# The locks

REQUIREMENT = re.compile(r"^([a-z0-9-]+)==([^ ]+)(?: ; ([^\\]+?))?( \\\n    --hash=\S+)+$", re.MULTILINE)


def project() -> dict:  # type: ignore[type-arg]
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(level: str) -> dict[str, set[str]]:
    """Return the versions of every locked package by its name."""
    versions: dict[str, set[str]] = {}
    for name, version, *_ in REQUIREMENT.findall((ROOT / bootstrap.LOCKS[level]).read_text()):
        versions.setdefault(name, set()).add(version)
    return versions


@pytest.mark.parametrize("lock", bootstrap.LOCKS.values())
def test_lock_has_hashes(lock: str) -> None:
    """A lock file contains only requirements, each with hashes."""
    text = (ROOT / lock).read_text()
    rest = re.sub(r"^ *#.*\n", "", REQUIREMENT.sub("", text), flags=re.MULTILINE)
    assert not rest.strip()
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in re.findall(r"--hash=(\S+)", text))


@pytest.mark.parametrize("lock", bootstrap.LOCKS.values())
def test_lock_names_no_place(lock: str) -> None:
    """A lock file names no package index and no path."""
    assert not re.search(r"://|index|find-links|trusted|file:|(?<!\w)/\w", (ROOT / lock).read_text())


@pytest.mark.parametrize("level", bootstrap.LOCKS)
def test_lock_is_complete(level: str) -> None:
    """A lock file contains every requirement of pyproject.toml, in the pinned version."""
    groups = project()["dependency-groups"]
    named = project()["project"]["dependencies"] + groups["build"]
    if level == "dev":
        named += groups["dev"]
    versions = locked(level)
    for requirement in named:
        name, _, pinned = requirement.partition("==")
        name = re.match(r"[\w.-]+", name)[0].replace(".", "-")  # type: ignore[index]
        assert versions[name]
        assert not pinned or versions[name] == {pinned}


def test_locks_agree() -> None:
    """The tests use the same versions as a build."""
    build, dev = locked("build"), locked("dev")
    assert {name: dev.get(name) for name in build} == build
