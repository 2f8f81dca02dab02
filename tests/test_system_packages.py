"""System packages: the command to install missing ones."""

from __future__ import annotations

import sys

import pytest

from crib import system_packages


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        (
            "apt-get",
            "sudo apt-get install -y --no-install-recommends python{}.{}-venv libpangoft2-1.0-0 libharfbuzz-subset0",
        ),
        ("dnf", "sudo dnf install -y --setopt=install_weak_deps=False python3-libs pango"),
        ("pacman", "sudo pacman -S --needed --noconfirm python pango"),
        ("apk", "sudo apk add python3 pango so:libharfbuzz-subset.so.0"),
        ("brew", "brew install python pango"),
    ],
)
def test_line(manager: str, line: str) -> None:
    """Each package manager has its own install command."""
    command = system_packages.remedy(["venv", "pango", "harfbuzz"], {manager: True}.get, str)
    assert system_packages.advice(command, root=False, sudo=True) == line.format(*sys.version_info)


def test_line_names_what_is_missing() -> None:
    """Installed packages are not named."""
    command = system_packages.remedy(["pango"], {"pacman": True}.get)
    assert command[-2:] == ["--noconfirm", "pango"]


def test_line_on_an_older_system() -> None:
    """A package unknown to an older apt is left out."""
    apt, offered = {"apt-get": True}.get, {"python3": True}.get
    assert system_packages.remedy(["pango", "harfbuzz"], apt, offered)[-1] == "libpangoft2-1.0-0"
    assert system_packages.remedy(["harfbuzz"], apt, offered) == []


def test_line_prefers_the_own_manager() -> None:
    """The system's own package manager comes before Homebrew."""
    assert system_packages.remedy(["pango"], {"brew": True, "apt-get": True}.get)[0] == "apt-get"


@pytest.mark.parametrize("sudo", [True, False])
def test_line_for_root(sudo: bool) -> None:  # noqa: FBT001
    """Root needs no sudo."""
    assert system_packages.advice(["dnf", "install"], root=True, sudo=sudo) == "dnf install"


def test_line_without_sudo() -> None:
    """Without sudo, su asks for the password of root; brew refuses to run as root."""
    install = ["apt-get", "install", "x"]
    assert system_packages.advice(install, root=False, sudo=False) == "su - -c 'apt-get install x'"
    fetching = system_packages.advice(install, root=False, sudo=False, lists=False)
    assert fetching == "su - -c 'apt-get update && apt-get install x'"
    assert system_packages.advice(["brew", "install", "x"], root=False, sudo=False) == "brew install x"


def test_line_without_lists() -> None:
    """If apt has no package lists yet, the command fetches them first."""
    line = system_packages.advice(["apt-get", "install", "x"], root=False, sudo=True, lists=False)
    assert line == "sudo apt-get update && sudo apt-get install x"


def test_loads() -> None:
    """A library is found by any of its names."""
    assert system_packages.loads(["libnowhere.so.9", "libc.so.6", "libSystem.dylib"])
    assert not system_packages.loads(["libnowhere.so.9"])
