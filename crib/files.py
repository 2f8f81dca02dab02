"""Safe file access in untrusted folders: no symbolic link is followed, no pipe or device is opened.

A book, or a folder of built files, may come from anyone. Paths are opened name by name, each relative to the
descriptor of its parent folder, so even a link created in the meantime is not followed.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from errno import EBUSY, EINVAL, EISDIR, ELOOP, EXDEV
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEMPORARY = ".tmp"
"""The suffix of files being written; a killed process may leave one."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LINK = "a link, which is not followed"
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class RefusedError(OSError):
    """A link, pipe or device instead of a regular file; `strerror` names the kind, `hint` the remedy."""

    hint = "remove it, or put the file itself there"


def is_there(path: Path) -> bool:
    """Return True if *path* exists, even as a broken link."""
    return os.path.lexists(path)


def refuse_link(path: Path) -> None:
    """Raise RefusedError if *path* is a link."""
    if path.is_symlink():
        raise RefusedError(ELOOP, _LINK, str(path))


@contextmanager
def folder(root: Path, names: Sequence[str] = (), *, create: bool = False) -> Iterator[int]:
    """Yield a descriptor of the subfolder *names* of *root*; none of them may be a link.

    With *create*, missing folders are created. Raises OSError.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for count, name in enumerate(names, 1):
            if create:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=descriptor)
            try:
                inner = _open(name, _FOLDER, descriptor, root.joinpath(*names[:count]))
            except NotADirectoryError as error:
                raise NotADirectoryError(error.errno, "a file is in the way", error.filename) from None
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _open(name: str, flags: int, parent: int, path: Path) -> int:
    """Open *name* in the folder of the descriptor *parent*. Raises OSError about *path*."""
    if name in ("", ".", ".."):
        raise RefusedError(EXDEV, "leads out of its folder", str(path))
    try:
        return os.open(name, flags, 0o666, dir_fd=parent)
    except OSError as error:
        with suppress(FileNotFoundError):
            if stat.S_ISLNK(os.lstat(name, dir_fd=parent).st_mode):
                raise RefusedError(ELOOP, _LINK, str(path)) from None
        raise type(error)(error.errno, error.strerror, str(path)) from None


def open_regular(name: str, parent: int, path: Path, *, create: bool = False) -> BinaryIO:
    """Open the regular file *name* in the folder of the descriptor *parent*. Raises OSError about *path*.

    With *create*, it is opened for writing, too, and created if it is missing.
    """
    with suppress(FileNotFoundError):  # opening a device or a pipe may have an effect
        refuse_special(os.lstat(name, dir_fd=parent).st_mode, path)
    descriptor = _open(name, _CREATE if create else _READ, parent, path)
    try:
        refuse_special(os.fstat(descriptor).st_mode, path)
        return os.fdopen(descriptor, "r+b" if create else "rb")
    except BaseException:
        os.close(descriptor)
        raise


def refuse_special(mode: int, path: Path) -> None:
    """Raise RefusedError about *path* unless *mode* belongs to a regular file."""
    if stat.S_ISLNK(mode):
        raise RefusedError(ELOOP, _LINK, str(path))
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise RefusedError(EISDIR if stat.S_ISDIR(mode) else EINVAL, f"{kind}, not a regular file", str(path))


@contextmanager
def open_inside(path: Path, root: Path) -> Iterator[BinaryIO]:
    """Open the regular file *path* for reading, if it is in the folder *root*; links within *root* are followed.

    Raises OSError.
    """
    real_root = Path(os.path.realpath(root))
    try:
        names = Path(os.path.realpath(path)).relative_to(real_root).parts
    except ValueError:
        raise RefusedError(EXDEV, "a link that leads out of the folder", str(path)) from None
    if not names:
        raise RefusedError(EISDIR, "a folder, not a regular file", str(path))
    try:
        with folder(real_root, names[:-1]) as parent, open_regular(names[-1], parent, path) as file:
            yield file
    except OSError as error:
        error.filename = str(path)
        raise


def read_inside(path: Path, root: Path, most: int) -> bytes:
    """Return the first *most* bytes of the regular file *path* in the folder *root*. Raises OSError."""
    with open_inside(path, root) as file:
        return file.read(most)


def write_new(name: str, parent: int, data: bytes, mode: int = 0o666) -> None:
    """Write *data* to a new file *name* in the folder of the descriptor *parent*. Raises OSError."""
    with os.fdopen(os.open(name, _NEW, mode, dir_fd=parent), "wb") as file:
        file.write(data)


def replace(name: str, parent: int, data: bytes, mode: int = 0o666) -> None:
    """Write *data* to the file *name* in the folder of the descriptor *parent*, whole or not at all. Raises OSError.

    The data goes to a temporary file with an unpredictable name first. If *name* is a link, the link is replaced.
    """
    new = f".{name}.{token_hex(16)}{TEMPORARY}"
    try:
        write_new(new, parent, data, mode)
        os.rename(new, name, src_dir_fd=parent, dst_dir_fd=parent)
    except OSError:
        with suppress(OSError):
            os.unlink(new, dir_fd=parent)
        raise


def replace_file(path: Path, data: bytes) -> None:
    """Write *data* to *path*, whole or not at all. Raises OSError, also if *path* is a link."""
    refuse_link(path)
    with folder(path.parent) as parent:
        replace(path.name, parent, data)


def edit_file(path: Path, old: bytes, new: bytes) -> None:
    """Replace the contents *old* of the regular file *path* with *new*, whole or not at all; keep its mode.

    Raises OSError, also if the contents are no longer *old*.
    """
    with folder(path.parent) as parent:
        with open_regular(path.name, parent, path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if file.read(len(old) + 1) != old:
                raise OSError(EBUSY, "the file has changed meanwhile", str(path))
        replace(path.name, parent, new, mode)
        with open_regular(path.name, parent, path) as file:
            os.fchmod(file.fileno(), mode)  # without the mask of new files


def drop(path: Path) -> None:
    """Remove the file, link or whole folder *path*; the target of a link stays. Raises OSError."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        from shutil import rmtree

        rmtree(path)


def drop_unless_regular(path: Path) -> None:
    """Remove *path* if it is neither a regular file nor a link. Raises OSError."""
    with suppress(FileNotFoundError):
        if not (stat.S_ISREG(mode := path.lstat().st_mode) or stat.S_ISLNK(mode)):
            drop(path)
