"""The set-up: .venv, its locks, and the doors that lead into it."""

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

from tools import bootstrap

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
NOBODY = 65534


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines in another process, from the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# What the system must give


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        (
            "apt-get",
            "sudo apt-get install -y --no-install-recommends"
            " python{}.{}-venv libpangoft2-1.0-0 libharfbuzz-subset0",
        ),
        ("dnf", "sudo dnf install -y --setopt=install_weak_deps=False python3-libs pango harfbuzz"),
        ("pacman", "sudo pacman -S --needed --noconfirm python pango harfbuzz"),
        ("brew", "brew install python pango harfbuzz"),
    ],
)
def test_each_package_manager_has_its_line(manager: str, line: str) -> None:
    command = bootstrap.remedy(["venv", "pango", "harfbuzz"], {manager: True}.get, str)
    assert bootstrap.advice(command, root=False, sudo=True) == line.format(*sys.version_info)


def test_the_line_names_only_what_is_missing() -> None:
    command = bootstrap.remedy(["pango"], {"pacman": True}.get)
    assert command[-2:] == ["--noconfirm", "pango"]


def test_an_older_apt_is_asked_for_the_older_name() -> None:
    command = bootstrap.remedy(["harfbuzz"], {"apt-get": True}.get, {"libharfbuzz0b": True}.get)
    assert command[-1] == "libharfbuzz0b"


def test_linux_asks_its_own_manager_before_homebrew() -> None:
    assert bootstrap.remedy(["pango"], {"brew": True, "apt-get": True}.get)[0] == "apt-get"


@pytest.mark.parametrize(("root", "sudo"), [(True, True), (False, False)])
def test_no_sudo_for_root_or_where_there_is_none(root: bool, sudo: bool) -> None:  # noqa: FBT001
    assert bootstrap.advice(["dnf", "install"], root=root, sudo=sudo) == "dnf install"


def test_an_apt_without_lists_is_told_to_fetch_them() -> None:
    line = bootstrap.advice(["apt-get", "install", "x"], root=False, sudo=True, lists=False)
    assert line == "sudo apt-get update && sudo apt-get install x"


def test_a_library_is_found_by_any_of_its_names() -> None:
    assert bootstrap.loads(["libnowhere.so.9", "libc.so.6", "libSystem.dylib"])
    assert not bootstrap.loads(["libnowhere.so.9"])


LACKING = """
import os
from tools import bootstrap
bootstrap.LIBRARIES = {"pango": ["libnowhere.so.9"]}
if os.geteuid() == 0:
    os.setuid(%d)
bootstrap.set_up("build")
"""


@pytest.fixture
def path() -> Iterator[Path]:
    """Provide a folder for PATH that every user may read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_without_root_the_line_is_printed_and_nothing_else_tried(path: Path) -> None:
    (path / "pacman").symlink_to("/bin/false")
    (path / "sudo").symlink_to("/bin/false")
    done = python(LACKING % NOBODY, PATH=str(path))
    assert done.returncode == 3
    needed = "python pango" if importlib.util.find_spec("ensurepip") is None else "pango"
    assert f"\n    sudo pacman -S --needed --noconfirm {needed}\n" in done.stderr
    assert "Setting up" not in done.stderr


def test_a_system_without_a_known_manager_is_told_what_it_lacks(path: Path) -> None:
    done = python(LACKING % NOBODY, PATH=str(path))
    assert done.returncode == 3
    assert "pango" in done.stderr
    assert "Traceback" not in done.stderr


# Installers that fail


def test_the_last_lines_of_an_installer_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
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
def test_a_missing_network_is_told_from_a_failure(said: str, status: int) -> None:
    with pytest.raises(SystemExit) as stop:
        bootstrap.check(subprocess.CompletedProcess(["installer"], 1, said))
    assert stop.value.code == status


# The stamp


def skeleton(root: Path) -> ModuleType:
    """Copy the set-up to another folder and load it from there."""
    for name in (*bootstrap.MADE_FROM, "build.py", "Makefile"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    spec = importlib.util.spec_from_file_location("copy", root / "tools/bootstrap.py")
    assert spec
    assert spec.loader
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


def finished(root: Path, level: str = "build") -> ModuleType:
    """Copy the set-up and put what looks like a finished .venv beside it."""
    copy = skeleton(root)
    copy.PYTHON.parent.mkdir(parents=True)
    copy.PYTHON.symlink_to(sys.executable)
    copy.READY.write_text(f"{copy.fingerprint()} {level}\n")
    return copy


def test_nothing_is_ready_before_it_is_made(tmp_path: Path) -> None:
    assert not skeleton(tmp_path).is_ready("build")


def test_a_build_needs_less_than_the_tests(tmp_path: Path) -> None:
    copy = finished(tmp_path)
    assert copy.is_ready("build")
    assert not copy.is_ready("dev")


def test_what_the_tests_need_is_enough_for_a_build(tmp_path: Path) -> None:
    copy = finished(tmp_path, "dev")
    assert copy.is_ready("build")
    assert copy.is_ready("dev")


@pytest.mark.parametrize("name", bootstrap.MADE_FROM)
def test_a_change_in_what_it_is_made_from_makes_it_stale(tmp_path: Path, name: str) -> None:
    copy = finished(tmp_path)
    with (tmp_path / name).open("a") as file:
        file.write("# changed\n")
    assert not copy.is_ready("build")


@pytest.mark.parametrize("torn", ["", "abc", "abc build", "abc build dev"])
def test_a_torn_stamp_does_not_count(tmp_path: Path, torn: str) -> None:
    copy = finished(tmp_path)
    copy.READY.write_text(torn)
    assert not copy.is_ready("build")


def test_a_vanished_interpreter_is_noticed(tmp_path: Path) -> None:
    copy = finished(tmp_path)
    copy.PYTHON.unlink()
    copy.PYTHON.symlink_to(tmp_path / "gone")
    assert not copy.is_ready("build")


def test_a_moved_folder_is_noticed(tmp_path: Path) -> None:
    finished(tmp_path / "here")
    shutil.copytree(tmp_path / "here" / ".venv", tmp_path / "there" / ".venv", symlinks=True)
    assert not skeleton(tmp_path / "there").is_ready("build")


def test_a_stamp_is_gone_before_anything_is_touched(tmp_path: Path) -> None:
    """A set-up that cannot get past its first step must not look finished."""
    copy = finished(tmp_path)
    copy.create_venv = copy.install = lambda *_: sys.exit(1)
    copy.missing = list
    for level in ("dev", "build"):
        with pytest.raises(SystemExit):
            copy.set_up(level)
        assert not copy.is_ready("build")


def test_a_linked_venv_is_unlinked_and_what_it_leads_to_kept(tmp_path: Path) -> None:
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
    """Start a process that holds the folder and then does something."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD.format(root=str(root), then=then)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def heard(stream: object) -> str:
    """Wait for the next line of a process."""
    return stream.readline().strip()  # type: ignore[attr-defined, no-any-return]


def test_a_second_set_up_waits_for_the_first(tmp_path: Path) -> None:
    skeleton(tmp_path)
    with holder(tmp_path, "sys.stdin.read()") as first:
        assert heard(first.stdout) == "in"
        with holder(tmp_path) as second:
            assert heard(second.stderr).startswith("Waiting")
            first.communicate(timeout=30)
            assert heard(second.stdout) == "in"


def test_an_installer_that_outlives_us_keeps_the_folder(tmp_path: Path) -> None:
    skeleton(tmp_path)
    done = tmp_path / "done"
    with holder(tmp_path, f"bootstrap.run('sh', '-c', 'sleep 1; touch \"{done}\"')") as first:
        assert heard(first.stdout) == "in"
        time.sleep(0.3)
        first.kill()
    with holder(tmp_path) as second:
        assert heard(second.stdout) == "in"
        assert done.exists()


# The doors


def stub(root: Path, body: str) -> None:
    """Give a copy of the project a command line of one statement."""
    finished(root, "dev")
    (root / "crib").mkdir()
    (root / "crib" / "cli.py").write_text(f"import os, sys\ndef main():\n    {body}\n")


def test_build_goes_on_in_venv_as_the_same_process(tmp_path: Path) -> None:
    stub(tmp_path, "print(os.getpid(), sys.executable, *sys.argv[1:]); sys.exit(7)")
    door = subprocess.Popen(
        [sys.executable, "build.py", "pdf", "-n"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    said, _ = door.communicate(timeout=60)
    assert said.split() == [str(door.pid), str(tmp_path / ".venv/bin/python"), "pdf", "-n"]
    assert door.returncode == 7


def test_build_dies_of_the_signal_that_its_command_dies_of(tmp_path: Path) -> None:
    stub(tmp_path, "os.kill(os.getpid(), 15)")
    done = subprocess.run([sys.executable, "build.py"], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode == -15


@pytest.mark.parametrize("target", ["all", "pdf", "epub", "anki", "check", "clean"])
def test_make_passes_target_and_arguments_on(tmp_path: Path, target: str) -> None:
    root = tmp_path / "a path with spaces"
    stub(root, "print(*sys.argv[1:])")
    done = subprocess.run(
        ["make", "--silent", target, f"PYTHON={sys.executable}", "ARGS=-v --json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == f"{target} -v --json\n", done.stderr


def test_bare_make_lists_every_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    targets = {name for name in phony[1].split() if not name.startswith("ready")}
    assert targets == set(re.findall(r"^make (\w+) +\w", listed, re.MULTILINE))


def test_an_unknown_option_is_a_usage_error() -> None:
    done = subprocess.run([sys.executable, "tools/bootstrap.py", "--fast"], cwd=ROOT, check=False)
    assert done.returncode == 2


# Old Pythons


@pytest.mark.parametrize("name", ["tools/bootstrap.py", "build.py"])
def test_an_old_python_can_read_what_it_is_started_with(name: str) -> None:
    ast.parse((ROOT / name).read_text(), feature_version=(3, 7))


def test_an_old_python_is_told_so() -> None:
    done = python("import sys; sys.version_info = (3, 9, 2); import tools.bootstrap")
    assert done.returncode == 3
    assert "needs Python 3.10 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_oldest_python_is_the_same_everywhere() -> None:
    oldest = "{}.{}".format(*bootstrap.OLDEST_PYTHON)
    assert project()["project"]["requires-python"] == f">={oldest}"
    assert f"--python-version {oldest} " in (ROOT / "Makefile").read_text()


# The locks

REQUIREMENT = re.compile(r"^([a-z0-9-]+)==([^ ]+)(?: ; ([^\\]+?))?( \\\n    --hash=\S+)+$", re.M)


def project() -> dict:  # type: ignore[type-arg]
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(level: str) -> dict[str, set[str]]:
    """Every locked name, with its versions."""
    versions: dict[str, set[str]] = {}
    for name, version, *_ in REQUIREMENT.findall((ROOT / bootstrap.LOCKS[level]).read_text()):
        versions.setdefault(name, set()).add(version)
    return versions


@pytest.mark.parametrize("lock", bootstrap.LOCKS.values())
def test_every_locked_requirement_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    rest = re.sub(r"^ *#.*\n", "", REQUIREMENT.sub("", text), flags=re.M)
    assert not rest.strip()
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in re.findall(r"--hash=(\S+)", text))


@pytest.mark.parametrize("lock", bootstrap.LOCKS.values())
def test_a_lock_names_no_place(lock: str) -> None:
    assert not re.search(r"://|index|find-links|trusted|file:|(?<!\w)/\w", (ROOT / lock).read_text())


@pytest.mark.parametrize("level", bootstrap.LOCKS)
def test_the_locks_hold_all_that_the_project_names(level: str) -> None:
    groups = project()["dependency-groups"]
    named = project()["project"]["dependencies"] + groups["build"]
    if level == "dev":
        named += groups["dev"]
    versions = locked(level)
    for requirement in named:
        name, _, pinned = requirement.partition("==")
        name = re.match(r"[\w-]+", name)[0]  # type: ignore[index]
        assert versions[name]
        assert not pinned or versions[name] == {pinned}


def test_the_tests_use_the_very_versions_of_a_build() -> None:
    build, dev = locked("build"), locked("dev")
    assert {name: dev.get(name) for name in build} == build
