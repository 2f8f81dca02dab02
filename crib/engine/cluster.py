"""Run jobs on a Dask cluster without a shared disk.

Each worker gets the files of the book and of the templates once; paths in arguments are mapped to its copies.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, lru_cache, partial
from hashlib import sha256
from importlib.metadata import requires, version
from io import BytesIO
from logging import CRITICAL, getLogger
from pathlib import Path
from pickle import Pickler, Unpickler
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from crib import __version__, limits
from crib.engine import budget
from crib.engine.plan import Value
from crib.home import DISTRIBUTION, PACKAGE, own_folder
from crib.problems import BuildError, CribError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_SECONDS = 10
"""Timeout for the scheduler, and for its first worker."""

_GONE = "the cluster no longer answers"

_OWN, _USER, _BOOK = "crib", "templates", "book"
Folders = dict[str, Path]
"""The folders of Crib's templates, the user's, and the book, by name."""

_alone = Lock()
"""Held by the running job of a worker: jobs read warnings from WeasyPrint's log, shared by all threads."""


@contextmanager
def cluster(
    address: str, book: Path, templates: Path | None, suffixes: Collection[str]
) -> Iterator[tuple[Executor, int]]:
    """Yield an executor on the Dask cluster with its scheduler at *address*, and the number of its workers.

    Jobs may read files of the folder *book* with one of the *suffixes*, and the user's *templates*.
    Raises BuildError if no cluster answers, or if its version of Crib differs.
    """
    folders = {_OWN: own_folder(), _BOOK: book} | ({_USER: templates} if templates else {})
    with ExitStack() as stack:
        client = stack.enter_context(_client(address))
        count = _workers(client, address)
        executor = client.get_executor(pure=False)
        stack.callback(executor.shutdown, wait=False)
        # Not scattered: Dask would lose it with its last worker; the result of a task is computed again.
        files = client.submit(bytes, _archive(folders, suffixes), pure=False)
        yield _Cluster(client, executor, files, folders), count


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from dask.config import set as configured
        from distributed import Client
        from distributed.comm import connect
    except ImportError:
        raise BuildError(
            "--scheduler needs the package distributed, in the cluster's version",
            hint="python -m pip install distributed==VERSION",
        ) from None

    async def greet() -> None:
        comm = await asyncio.wait_for(connect(address), _SECONDS)
        comm.abort()

    try:
        asyncio.run(greet())  # a Client would wait forever for a silent server
    except Exception:  # noqa: BLE001 - whatever a stranger's answer leads to
        raise BuildError(f"no Dask scheduler answers at {address}") from None
    for name in ("distributed", "distributed.client"):
        getLogger(name).setLevel(CRITICAL)  # we report a lost scheduler ourselves
    # Dask warns of arguments as large as the HTML of a book.
    with (
        configured({"distributed.admin.large-graph-warning-threshold": "1 TB"}),
        Client(address, timeout=_SECONDS, set_as_default=False) as client,
    ):
        yield client


def _workers(client: Any, address: str) -> int:
    """Return the number of workers, after checking that all have this version of Crib."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except (TimeoutError, asyncio.TimeoutError):  # one and the same since Python 3.11
        raise BuildError(f"the cluster at {address} has no workers") from None
    try:
        editions = client.run(edition)
    except Exception as error:  # noqa: BLE001 - whatever a worker without our code may raise
        raise BuildError(f"the workers of {address} lack Crib {__version__}: {error}") from None
    for worker, there in editions.items():
        _check(there, worker)
    return len(editions)


def _check(there: str, worker: str) -> None:
    if there != edition():
        raise BuildError(
            f"the worker {worker} has another version of Crib or of its packages",
            hint=f"install the versions of this machine there: Crib {__version__}, and the rest from its lock file",
        )


@cache
def edition() -> str:
    """Return a digest of Crib's files and the versions of its packages: equal editions compute equal results."""
    fingerprinted = sha256()
    for folder in (PACKAGE, own_folder()):
        paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
        for path in sorted(paths):
            fingerprinted.update(f"{path.relative_to(folder)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    for requirement in requires(DISTRIBUTION) or []:
        if "extra ==" not in requirement:
            name = re.split(r"[^\w.-]", requirement)[0]
            fingerprinted.update(f"{name} {version(name)}\n".encode())
    return fingerprinted.hexdigest()


class _Cluster(Executor):
    """Executor that submits tasks together with the files of the book and the templates."""

    def __init__(self, client: Any, executor: Executor, files: Any, folders: Folders) -> None:
        self._client, self._executor = client, executor
        self._files, self._folders = files, folders

    def submit(self, function: Callable[[Any], Any], /, task: Any) -> Future[Any]:  # type: ignore[override]
        """Submit *function* with *task*; the future raises BrokenExecutor if the worker is killed.

        Raises BuildError if the scheduler is gone: Dask itself would never report it.
        """
        if self._client.status != "running":
            raise BuildError(_GONE)
        call = packed((function, task, budget.current()), self._folders)
        parcel = (edition(), self._files, self._folders, call)
        future: Future[Any] = Future()
        self._executor.submit(_unpack_and_do, parcel).add_done_callback(partial(_pass_on, future))
        return future


def _pass_on(future: Future[Any], finished: Future[Any]) -> None:
    from distributed import KilledWorker

    try:
        future.set_result(finished.result())
    except KilledWorker:
        future.set_exception(BrokenExecutor())
    except CancelledError:
        future.set_exception(BuildError(_GONE))
    except Exception as error:  # noqa: BLE001 - raised again by future.result()
        future.set_exception(error)


# On a worker


def _unpack_and_do(parcel: tuple[str, bytes, Folders, bytes]) -> Any:
    from distributed import get_worker

    worker = get_worker()
    there, files, theirs, packed_task = parcel
    _check(there, worker.address)
    with _alone:
        root = Path(_unpacked(files, worker.local_directory).name)
        folders = {_OWN: own_folder(), _USER: root / _USER, _BOOK: root / _BOOK}
        try:
            function, task, job_budget = unpacked(packed_task, folders)
            budget.use(job_budget)
            return function(task)
        except (CribError, OSError) as error:
            raise _with_local_names(error, {str(folders[name]): str(theirs[name]) for name in theirs}) from None


@lru_cache(maxsize=1)  # a worker does one build at a time
def _unpacked(files: bytes, scratch: str) -> TemporaryDirectory[str]:
    """Unpack *files* into a temporary folder, removed at the next build or with the worker."""
    folder = TemporaryDirectory(prefix="crib-", dir=scratch)
    for name in (_USER, _BOOK):
        (Path(folder.name) / name).mkdir()
    with ZipFile(BytesIO(files)) as archive:
        archive.extractall(folder.name)
    return folder


def _with_local_names(error: CribError | OSError, names: Mapping[str, str]) -> Exception:
    """Return *error* with the file names of the machine that runs the build."""

    def here(text: str) -> str:
        for there, name in names.items():
            text = text.replace(there, name)
        return text

    if isinstance(error, CribError):
        return error.mapped(lambda problem: replace(problem, file=here(problem.file), text=here(problem.text)))
    return type(error)(here(str(error)))


# Pickles for other machines


def packed(thing: object, folders: Folders) -> bytes:
    """Pickle *thing*; paths inside one of *folders* become relative to it."""
    file = BytesIO()
    _Packer(file, folders).dump(thing)
    return file.getvalue()


def unpacked(data: bytes, folders: Folders) -> Any:
    """Load a pickle made by `packed`, with paths into these *folders*."""
    return _Unpacker(BytesIO(data), folders).load()


class _Packer(Pickler):
    """Pickler that includes values of jobs, since other machines cannot read our cache."""

    def __init__(self, file: BytesIO, folders: Folders) -> None:
        super().__init__(file)
        self._folders = sorted(folders.items(), key=lambda item: -len(item[1].parts))  # the inner before the outer

    def persistent_id(self, thing: Any) -> tuple[str, str] | None:
        """Return the name of a folder and a relative path for the path *thing*; None for all other things."""
        if isinstance(thing, Path):
            for name, folder in self._folders:
                if thing.is_relative_to(folder):
                    return name, thing.relative_to(folder).as_posix()
        return None

    def reducer_override(self, thing: Any) -> Any:
        """Replace a reference into the cache by the value itself."""
        return (Value, (thing.key, thing.load())) if isinstance(thing, Value) else NotImplemented


class _Unpacker(Unpickler):
    def __init__(self, file: BytesIO, folders: Folders) -> None:
        super().__init__(file)
        self._folders = folders

    def persistent_load(self, place: tuple[str, str]) -> Path:
        """Return the local path for a result of `persistent_id`."""
        name, relative = place
        return self._folders[name] / relative


def _archive(folders: Folders, suffixes: Collection[str]) -> bytes:
    """Return a ZIP of the pictures of the book and the user's templates, the files jobs may read."""
    zipped = BytesIO()
    with ZipFile(zipped, "w", ZIP_DEFLATED) as archive:
        for name in folders.keys() - {_OWN}:
            for path in _files(folders[name]):
                if name == _USER or (path.suffix.lower() in suffixes and path.stat().st_size <= limits.PICTURE_BYTES):
                    archive.write(path, f"{name}/{path.relative_to(folders[name]).as_posix()}")
    return zipped.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in *folder*, except links out of it."""
    root = folder.resolve()
    for path in folder.rglob("*"):
        if path.is_file() and path.resolve().is_relative_to(root):
            yield path
