"""Find Anki's profiles on this machine, each a folder with a collection (https://docs.ankiweb.net/files.html)."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COLLECTION = "collection.anki2"
_MEDIA = "collection.media"
_DRIVES = Path("/mnt")
"""The mount point of Windows drives in WSL."""


def collections(environment: Mapping[str, str], home: Path, drives: Path = _DRIVES) -> list[Path]:
    """Return the collections of all profiles on this machine, the one used last first.

    environment  variables, such as Anki's own ANKI_BASE

    Raises BuildError if there is none.
    """
    folders = list(dict.fromkeys(_folders(environment, home, drives)))
    paths = {path.resolve(): path for folder in folders for path in folder.glob(f"*/{COLLECTION}")}
    if not paths:
        places = ", ".join(map(str, folders))
        hint = f"give the path of {COLLECTION}, or of an export (looked in {places})"
        raise BuildError(Problem("", 0, "collection", "no Anki profile was found", hint))
    return sorted(paths.values(), key=lambda path: (-_written(path), path))


def beside_media(media: str, environment: Mapping[str, str], drives: Path = _DRIVES) -> Path | None:
    """Return the collection beside the media folder *media* of a running Anki; None if it is on another machine."""
    windows = PureWindowsPath(media)
    if "WSL_DISTRO_NAME" in environment and windows.drive:
        folder = drives.joinpath(windows.drive[0].lower(), *windows.parts[1:])
    else:
        folder = Path(media)
    path = folder.with_name(COLLECTION)
    return path if folder.name == _MEDIA and folder.is_absolute() and path.is_file() else None


def _folders(environment: Mapping[str, str], home: Path, drives: Path) -> Iterator[Path]:
    """Yield the possible folders of profiles."""
    if base := environment.get("ANKI_BASE"):
        yield Path(base).expanduser()
        return
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local/share") / "Anki2"
    yield home / ".var/app/net.ankiweb.Anki/data/Anki2"
    yield from sorted(home.glob("snap/anki*/common"))
    yield from sorted(home.glob("snap/anki*/current/.local/share/Anki2"))
    yield home / "Library/Application Support/Anki2"
    if roaming := environment.get("APPDATA"):
        yield Path(roaming) / "Anki2"
    if "WSL_DISTRO_NAME" in environment:
        yield from sorted(drives.glob("[a-z]/Users/*/AppData/Roaming/Anki2"))


def _written(path: Path) -> int:
    """Return the time of the last change of a collection, in nanoseconds; recent reviews may be only in its log."""
    log = path.with_name(f"{path.name}-wal")
    return max(file.stat().st_mtime_ns for file in (path, log) if file.exists())
