"""Make .venv, the environment that everything here runs in.

    python3 tools/bootstrap.py          for a build
    python3 tools/bootstrap.py --dev    for a build and the tests

Python packages come from the locks, by hash, through uv or else pip as this
machine has them configured. What only the system can give is installed if we are
root; if not, the one line that installs it is printed.

Exit status: 0 ready; 1 an installer failed; 2 usage; 3 something is missing that
only you can give (a newer Python, a system package, a network); 130 interrupted.
"""

# An older Python must be able to read on until its version is checked: no `:=`,
# no `match`, no `from __future__ import annotations`.
import contextlib
import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 10)

if sys.version_info < OLDEST_PYTHON:
    sys.stderr.write(
        "error: this needs Python {}.{} or newer, and {} is {}.{}\n".format(
            *OLDEST_PYTHON, sys.executable, *sys.version_info[:2]
        )
    )
    sys.stderr.write("  hint: name a newer one: make PYTHON=python3.12\n")
    sys.exit(3)

from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from typing import NamedTuple, NoReturn  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
LOCKS = {"build": "requirements.lock", "dev": "requirements-dev.lock"}
MADE_FROM = (*LOCKS.values(), "pyproject.toml", "tools/bootstrap.py")

LIBRARIES = {
    "pango": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
LIBRARY_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/", "/home/linuxbrew/.linuxbrew/lib/")

UNREACHABLE = re.compile(
    "temporary failure|could not resolve|dns error|newconnectionerror|connecttimeouterror"
    "|network is unreachable|connection refused|timed out",
    re.IGNORECASE,
)


class Manager(NamedTuple):
    """A package manager of the system: how it installs, and its names for what we need."""

    install: str
    packages: dict[str, str]


MANAGERS = {
    "apt-get": Manager(
        "apt-get install -y --no-install-recommends",
        {
            "venv": "python{}.{}-venv".format(*sys.version_info),
            "pango": "libpangoft2-1.0-0",
            "harfbuzz": "libharfbuzz-subset0",
        },
    ),
    # With these, Pango brings all of HarfBuzz.
    "dnf": Manager("dnf install -y --setopt=install_weak_deps=False", {"venv": "python3-libs", "pango": "pango"}),
    "pacman": Manager("pacman -S --needed --noconfirm", {"venv": "python", "pango": "pango"}),
    "brew": Manager("brew install", {"venv": "python", "pango": "pango"}),
}


def say(text: str) -> None:
    """Tell how far we are; stdout belongs to the paths of what was built."""
    print(text, file=sys.stderr, flush=True)


def fail(status: int, text: str) -> NoReturn:
    """Say what went wrong and exit."""
    say(f"error: {text}")
    raise SystemExit(status)


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an installer silently; what it said is shown only if it fails."""
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
        # It inherits the lock: if we are killed, it may go on writing for a while.
        close_fds=False,
    )


def check(done: subprocess.CompletedProcess[str], before: str = "") -> None:
    """Exit if an installer failed, with what it said last or why it got nowhere."""
    if done.returncode == 0:
        return
    lines = (before + done.stdout).strip().splitlines()
    for line in lines:
        if UNREACHABLE.search(line):
            fail(3, f"the network could not be reached\n\n    {line.strip()}\n")
    say("\n".join(lines[-12:]))
    fail(1, f"{' '.join(map(str, done.args[:4]))} … failed (exit status {done.returncode})")


# What the system must give


def loads(library: Sequence[str]) -> bool:
    """Whether a library can be loaded under one of its names."""
    for folder in LIBRARY_FOLDERS:
        for name in library:
            with contextlib.suppress(OSError):
                ctypes.CDLL(folder + name)
                return True
    return False


def missing() -> list[str]:
    """Name what only the system can give and does not."""
    can_make_venv = shutil.which("uv") or importlib.util.find_spec("ensurepip")
    venv = [] if can_make_venv else ["venv"]
    return venv + [name for name, library in LIBRARIES.items() if not loads(library)]


def has_apt_lists() -> bool:
    """Whether apt knows what it could install; a fresh container's does not."""
    return any(Path("/var/lib/apt/lists").glob("*Packages*"))


def is_offered(package: str) -> bool:
    """Whether apt has a package, taken for granted while it has no lists."""
    return not has_apt_lists() or run("apt-cache", "show", package).returncode == 0


def remedy(
    needed: Sequence[str],
    which: Callable[[str], object] = shutil.which,
    offered: Callable[[str], object] = is_offered,
) -> list[str]:
    """Find the command by which this system installs what is needed."""
    manager = next((MANAGERS[name] for name in MANAGERS if which(name)), None)
    if not manager:
        return []
    packages = [manager.packages[need] for need in needed if need in manager.packages]
    # Ubuntu 22.04 has no subsetter, and WeasyPrint no use for one so old.
    packages = [name for name in packages if name != "libharfbuzz-subset0" or offered(name)]
    return [*manager.install.split(), *packages] if packages else []


def advice(command: Sequence[str], *, root: bool, sudo: bool, lists: bool = True) -> str:
    """Write the command as one line for a person to run."""
    prefix = "sudo " if sudo and not root and command[0] != "brew" else ""
    update = "" if lists or command[0] != "apt-get" else f"{prefix}apt-get update && "
    return update + prefix + " ".join(command)


def install_system_packages(needed: Sequence[str]) -> None:
    """Run the system's package manager as root."""
    said = ""
    if shutil.which("apt-get") and not has_apt_lists():
        said = run("apt-get", "update").stdout
    command = remedy(needed)
    if not command or command[0] == "brew":  # which refuses to be root
        return
    say(f"Installing {', '.join(needed)} with {command[0]} …")
    done = run(*command, DEBIAN_FRONTEND="noninteractive")
    if done.returncode and command[0] == "apt-get" and not said:  # its lists may be old
        said = run("apt-get", "update").stdout
        done = run(*command, DEBIAN_FRONTEND="noninteractive")
    check(done, said)


def provide_system_packages() -> None:
    """Install what the system lacks, or say how and exit."""
    root = os.geteuid() == 0
    needed = missing()
    if needed and root:
        install_system_packages(needed)
        needed = missing()
    command = remedy(needed)
    if command:
        line = advice(command, root=root, sudo=bool(shutil.which("sudo")), lists=has_apt_lists())
        fail(3, f"your system lacks {', '.join(needed)}; this installs it:\n\n    {line}\n")
    if "venv" in needed or "pango" in needed:
        fail(3, f"your system lacks {', '.join(needed)}, and has no package manager that this knows")


# .venv


def base_python() -> str:
    """Find the Python that runs us, outside of any virtual environment."""
    return getattr(sys, "_base_executable", "") or sys.executable


def fingerprint() -> str:
    """Hash all that .venv is made from."""
    python = os.path.realpath(base_python())
    made_from = hashlib.sha256(repr((sys.version_info[:3], python, str(ROOT))).encode())
    for name in MADE_FROM:
        made_from.update((ROOT / name).read_bytes())
    return made_from.hexdigest()


def is_ready(level: str) -> bool:
    """Whether .venv was finished, from what is here now, and has this level or more."""
    try:
        made_from, has = READY.read_text().split()
    except (OSError, ValueError):
        return False
    return has in (level, "dev") and made_from == fingerprint() and os.access(PYTHON, os.X_OK)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the project's folder, so that two set-ups at once cannot mix."""
    folder = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        # No fcntl on this platform, or no locks on this file system: one hopes.
        with contextlib.suppress(ImportError, OSError):
            from fcntl import LOCK_EX, LOCK_NB, flock

            try:
                flock(folder, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                say("Waiting for another set-up of .venv …")
                flock(folder, LOCK_EX)
        yield
    finally:
        os.close(folder)


def clear_venv() -> None:
    """Remove what may be in the way of a new .venv."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def create_venv() -> None:
    """Make an empty .venv."""
    uv = shutil.which("uv")
    if uv:
        check(run(uv, "venv", "--quiet", "--python", base_python(), VENV))
    else:
        check(run(base_python(), "-m", "venv", VENV))


def install(*what: str) -> None:
    """Install into .venv, with nothing that was not asked for by name."""
    uv = shutil.which("uv")
    if uv:
        installer = [uv, "pip", "install", "--compile-bytecode", "--python", str(PYTHON)]
    else:
        installer = [str(PYTHON), "-m", "pip", "install", "--no-input"]
        installer.append("--disable-pip-version-check")
    check(run(*installer, "--quiet", "--no-deps", *what))


def set_up(level: str) -> None:
    """Make .venv, or add the level that it still lacks; the stamp comes last."""
    provide_system_packages()
    grows = is_ready("build")
    if not VENV.is_symlink():  # what it leads to is another project's
        with contextlib.suppress(OSError):
            READY.unlink()
    if grows:
        say("Adding to .venv what the tests need …")
    else:
        say(f"Setting up .venv ({'anew' if VENV.exists() else 'first run only'}) …")
        clear_venv()
        create_venv()
    install("--require-hashes", "--only-binary", ":all:", "--requirement", LOCKS[level])
    install("--no-build-isolation", "--editable", ".")
    READY.write_text(f"{fingerprint()} {level}\n")


def make_ready(level: str = "build") -> None:
    """See to it that .venv is there and up to date; exit if that cannot be."""
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
