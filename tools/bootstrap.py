"""Set up .venv, the virtual environment of this project.

    python3 tools/bootstrap.py          for a build
    python3 tools/bootstrap.py --dev    for a build and the tests

Python packages are installed from the lock files, by hash, with uv if it is installed, else
with pip, as configured on this machine. Missing system packages are installed when this
runs as root; otherwise it prints the command to install them.

Exit status: 0 ready; 1 an installer failed; 2 wrong usage; 3 a newer Python, a system
package or a network is missing; 130 interrupted.
"""

# Older Pythons must be able to parse this file until the version is checked: no `:=`,
# no `match`, no `from __future__ import annotations`.
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 10)

if sys.version_info < OLDEST_PYTHON:
    sys.stderr.write(
        "error: this needs Python {}.{} or newer, and {} is {}.{}\n".format(
            *OLDEST_PYTHON, sys.executable, *sys.version_info[:2]
        )
    )
    sys.stderr.write("  hint: use a newer one: make PYTHON=python3.12\n")
    sys.exit(3)

from collections.abc import Iterator, Sequence  # noqa: E402
from typing import TYPE_CHECKING, NoReturn  # noqa: E402

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from crib import system_packages  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
LOCKS = {"build": "requirements.lock", "dev": "requirements-dev.lock"}
INPUTS = (*LOCKS.values(), "pyproject.toml", "tools/bootstrap.py", "crib/system_packages.py")

UNREACHABLE = re.compile(
    "temporary failure|could not resolve|dns error|newconnectionerror|connecttimeouterror"
    "|network is unreachable|connection refused|timed out",
    re.IGNORECASE,
)


def say(text: str) -> None:
    """Print progress to stderr; stdout is for the paths of built files."""
    print(text, file=sys.stderr, flush=True)


def fail(status: int, text: str) -> NoReturn:
    """Print an error and exit."""
    say(f"error: {text}")
    raise SystemExit(status)


def run(*command: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run an installer, and capture its output."""
    import subprocess

    return subprocess.run(  # noqa: S603
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        # It inherits the lock, since it may go on writing after this process is killed.
        close_fds=False,
    )


def check(installer: "subprocess.CompletedProcess[str]", before: str = "") -> None:
    """Exit with its last lines if an installer failed, or with a message if the network is down."""
    if installer.returncode == 0:
        return
    lines = (before + installer.stdout).strip().splitlines()
    for line in lines:
        if UNREACHABLE.search(line):
            fail(3, f"the network could not be reached\n\n    {line.strip()}\n")
    say("\n".join(lines[-12:]))
    fail(1, f"{' '.join(map(str, installer.args[:4]))} … failed (exit status {installer.returncode})")


# System packages


def missing() -> list[str]:
    """Return the names of missing system packages."""
    can_make_venv = shutil.which("uv") or importlib.util.find_spec("ensurepip")
    return ([] if can_make_venv else ["venv"]) + system_packages.missing_libraries()


def install_system_packages(needed: Sequence[str]) -> None:
    """Run the system's package manager as root."""
    update_log = ""
    if shutil.which("apt-get") and not system_packages.has_apt_lists():
        update_log = run("apt-get", "update").stdout
    command = system_packages.remedy(needed)
    if not command or command[0] == "brew":  # Homebrew refuses to run as root
        return
    say(f"Installing {', '.join(needed)} with {command[0]} …")
    installer = run(*command, DEBIAN_FRONTEND="noninteractive")
    if installer.returncode and command[0] == "apt-get" and not update_log:  # the lists may be out of date
        update_log = run("apt-get", "update").stdout
        installer = run(*command, DEBIAN_FRONTEND="noninteractive")
    check(installer, update_log)


def provide_system_packages() -> None:
    """Install missing system packages, or print the command to install them and exit."""
    needed = missing()
    if needed and os.geteuid() == 0:
        install_system_packages(needed)
        needed = missing()
    line = system_packages.install_line(needed) if needed else ""
    if line:
        fail(3, f"missing system packages: {', '.join(needed)}. Install them with\n\n    {line}\n")
    if "venv" in needed or "pango" in needed:
        fail(3, f"missing system packages: {', '.join(needed)}. No known package manager was found")


# .venv


def base_python() -> str:
    """Return the running Python, outside of any virtual environment."""
    return getattr(sys, "_base_executable", "") or sys.executable


def fingerprint() -> str:
    """Return a hash of everything .venv depends on."""
    python = os.path.realpath(base_python())
    fingerprinted = hashlib.sha256(repr((sys.version_info[:3], python, str(ROOT))).encode())
    for name in INPUTS:
        fingerprinted.update((ROOT / name).read_bytes())
    return fingerprinted.hexdigest()


def is_ready(level: str) -> bool:
    """Return True if .venv was completed from the current files, at this level or above."""
    try:
        recorded, has = READY.read_text().split()
    except (OSError, ValueError):
        return False
    return has in (level, "dev") and recorded == fingerprint() and os.access(PYTHON, os.X_OK)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Lock the project's folder: only one setup runs at a time."""
    folder = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        # Go on without a lock if the platform has no fcntl, or the file system no locks.
        with contextlib.suppress(ImportError, OSError):
            from fcntl import LOCK_EX, LOCK_NB, flock

            try:
                flock(folder, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                say("Waiting for another setup of .venv …")
                flock(folder, LOCK_EX)
        yield
    finally:
        os.close(folder)


def clear_venv() -> None:
    """Remove an existing .venv."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def create_venv() -> None:
    """Create an empty .venv."""
    uv = shutil.which("uv")
    if uv:
        check(run(uv, "venv", "--quiet", "--python", base_python(), VENV))
    else:
        check(run(base_python(), "-m", "venv", VENV))


def install(*what: str) -> None:
    """Install into .venv, without dependencies: the lock files list them all."""
    uv = shutil.which("uv")
    if uv:
        installer = [uv, "pip", "install", "--compile-bytecode", "--python", str(PYTHON)]
    else:
        installer = [str(PYTHON), "-m", "pip", "install", "--no-input"]
        installer.append("--disable-pip-version-check")
    check(run(*installer, "--quiet", "--no-deps", *what))


def set_up(level: str) -> None:
    """Create .venv, or add the packages of another level; its fingerprint is written last."""
    provide_system_packages()
    grows = is_ready("build")
    if not VENV.is_symlink():  # its target belongs to another project
        with contextlib.suppress(OSError):
            READY.unlink()
    if grows:
        say("Adding the packages for the tests to .venv …")
    else:
        say(f"Setting up .venv ({'again' if VENV.exists() else 'first run only'}) …")
        clear_venv()
        create_venv()
    install("--require-hashes", "--only-binary", ":all:", "--requirement", LOCKS[level])
    install("--no-build-isolation", "--editable", ".")
    READY.write_text(f"{fingerprint()} {level}\n")


def make_ready(level: str = "build") -> None:
    """Create or update .venv if necessary; exit on failure."""
    try:
        if not is_ready(level):
            with one_at_a_time():
                if not is_ready(level):
                    set_up(level)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:
        fail(1, str(error))


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--dev"]):
        say("usage: bootstrap.py [--dev]")
        sys.exit(2)
    make_ready("dev" if sys.argv[1:] else "build")
