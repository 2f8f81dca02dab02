"""System packages required by Crib, and the command to install them; imports only the standard library."""

# tools/bootstrap.py imports this before .venv exists.

import contextlib
import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

LIBRARIES = {
    "pango": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
"""Names of the shared libraries for WeasyPrint, by package."""

VERSIONS = {
    "pango": ("pango_version_string", ("libpango-1.0-0", "libpango-1.0.so.0", "libpango-1.0.dylib")),
    "harfbuzz": ("hb_version_string", ("libharfbuzz-0", "libharfbuzz.so.0", "libharfbuzz.0.dylib")),
}
"""Version functions of the libraries, and the file names under which WeasyPrint looks for them."""

LIBRARY_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/", "/home/linuxbrew/.linuxbrew/lib/")


class Manager(NamedTuple):
    """A system package manager: its install command, and its names of the required packages."""

    install: str
    packages: dict[str, str]


# From the section "Installation" of WeasyPrint's manual. In dnf, pacman and brew, pango includes all of HarfBuzz.
MANAGERS = {
    "apt-get": Manager(
        "apt-get install -y --no-install-recommends",
        {
            "venv": "python{}.{}-venv".format(*sys.version_info),
            "pango": "libpangoft2-1.0-0",
            "harfbuzz": "libharfbuzz-subset0",
        },
    ),
    "dnf": Manager("dnf install -y --setopt=install_weak_deps=False", {"venv": "python3-libs", "pango": "pango"}),
    "pacman": Manager("pacman -S --needed --noconfirm", {"venv": "python", "pango": "pango"}),
    "apk": Manager("apk add", {"venv": "python3", "pango": "pango", "harfbuzz": "so:libharfbuzz-subset.so.0"}),
    "brew": Manager("brew install", {"venv": "python", "pango": "pango"}),
}


def loads(library: Sequence[str]) -> bool:
    """Return True if a library can be loaded under one of its names."""
    for folder in LIBRARY_FOLDERS:
        for name in library:
            with contextlib.suppress(OSError):
                ctypes.CDLL(folder + name)
                return True
    return False


def library_versions() -> dict[str, str]:
    """Return the versions of the installed text layout libraries, by package."""
    versions = {}
    for package, (function, names) in VERSIONS.items():
        for name in names:
            with contextlib.suppress(OSError, AttributeError):
                version = getattr(ctypes.CDLL(name), function)
                version.restype = ctypes.c_char_p
                versions[package] = version().decode()
                break
    return versions


def missing_libraries() -> list[str]:
    """Return the packages of libraries that cannot be loaded."""
    return [name for name, library in LIBRARIES.items() if not loads(library)]


def has_apt_lists() -> bool:
    """Return True if apt has package lists; a fresh container has none."""
    return any(Path("/var/lib/apt/lists").glob("*Packages*"))


def is_offered(package: str) -> bool:
    """Return True if apt offers a package; assume so while it has no lists."""
    import subprocess

    command = ["apt-cache", "show", package]
    return not has_apt_lists() or subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def remedy(
    needed: Sequence[str],
    which: Callable[[str], object] = shutil.which,
    offered: Callable[[str], object] = is_offered,
) -> list[str]:
    """Return the command to install the required packages on this system; empty if none is known."""
    manager = next((MANAGERS[name] for name in MANAGERS if which(name)), None)
    if not manager:
        return []
    packages = [manager.packages[need] for need in needed if need in manager.packages]
    # Ubuntu 22.04 has no package of the subsetter, and WeasyPrint would need a newer one.
    packages = [name for name in packages if name != "libharfbuzz-subset0" or offered(name)]
    return [*manager.install.split(), *packages] if packages else []


def advice(command: Sequence[str], *, root: bool, sudo: bool, lists: bool = True) -> str:
    """Return the command as one line for the user to run: with sudo or, if that is not installed, su."""
    as_root = not root and command[0] != "brew"
    prefix = "sudo " if as_root and sudo else ""
    update = "" if lists or command[0] != "apt-get" else f"{prefix}apt-get update && "
    line = update + prefix + " ".join(command)
    return f"su - -c '{line}'" if as_root and not sudo else line


def library_hint() -> str:
    """Return the hint to install missing or unusable libraries on this system."""
    line = install_line(missing_libraries() or ["pango"])
    return f"install it: {line}" if line else "install Pango for your system as described in WeasyPrint's manual"


def install_line(needed: Sequence[str]) -> str:
    """Return the shell command to install the required packages as this user; empty if none is known."""
    command = remedy(needed)
    root, sudo = os.geteuid() == 0, bool(shutil.which("sudo"))
    return advice(command, root=root, sudo=sudo, lists=has_apt_lists()) if command else ""
