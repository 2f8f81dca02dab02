"""Jobs on a real Dask cluster, of processes on this machine without access to the book."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from distributed import Client

from crib import limits
from crib.engine import cluster as room
from crib.engine.cluster import cluster, packed, unpacked
from crib.engine.job import Job
from crib.engine.plan import Plan
from crib.engine.runner import run
from crib.problems import BuildError
from crib.source.picture_files import FORMATS
from tests.commands import crib, files
from tests.conftest import ANSWER, ROOT, MakeBook
from tests.engine.jobs import die, join, refuse, word
from tests.epubs import SMALL_COVER

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET = ["--no-dashboard", "--host", "127.0.0.1"]


@contextmanager
def dask(folder: Path, *arguments: str, path: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of Dask's at home in *folder*, with the Crib in *path*."""
    folder.mkdir()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PYTHONPATH": str(path),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver",  # which imports Dask once for all workers
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",  # it looks at each worker a hundred times a second
        "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()  # a worker ends with the nanny that started it; one that is only told to end may wait
        process.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a scheduler, and return its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with dask(folder, "scheduler", "--port", str(port), *QUIET) as process:
        while b"Scheduler at" not in (folder / "log").read_bytes():
            time.sleep(0.05)
        yield f"tcp://127.0.0.1:{port}", process


@contextmanager
def workers(folder: Path, address: str, *arguments: str, count: int = 1, path: Path = ROOT) -> Iterator[None]:
    """Run *count* workers of a cluster."""
    arguments = ("worker", address, "--nthreads", "2", "--local-directory", str(folder), *QUIET, *arguments)
    with dask(folder, *arguments, path=path):
        while (folder / "log").read_bytes().count(b"Registered to") < count:
            time.sleep(0.05)
        yield


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a cluster of two workers, restarted when killed."""
    folder = tmp_path_factory.mktemp("cluster")
    with scheduler(folder / "s") as (there, _), workers(folder / "w", there, "--nworkers", "2", count=2):
        yield there


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Build the book in *folder*/content under a path unknown to workers."""
    return subprocess.Popen(
        [sys.executable, "-m", "crib", *arguments, "--content", "content"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def home(make_book: MakeBook) -> Path:
    """Return the folder of a book with a picture and templates of its own."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="9" cy="9" r="8"/></svg>'
    chapter = ANSWER + '\nWith $x^2$. ![A disk](figures/disk.svg "Round")\n'
    folder = make_book(chapter, **{"02-two.md": chapter.replace("#answer", "#two"), "figures/disk.svg": svg})
    (folder / "02-two.md").write_text((folder / "02-two.md").read_text().replace("number: 1", "number: 2"))
    mine = folder.parent / "mine"
    shutil.copytree(SMALL_COVER, mine)
    (mine / "sheets").mkdir()
    shutil.copy(ROOT / "templates/sheets/sheets.css", mine / "sheets")
    return folder.parent


def test_a_build_outlives_a_worker(home: Path, address: str) -> None:
    """The bytes are those of a build without a cluster, with pictures and templates no worker has."""
    alone = crib("all", "--content", "content", "--templates", "mine", "--out", "alone", folder=home)
    assert alone.returncode == 0, alone.stderr
    there = started(home, "all", "--templates", "mine", "--out", "there", "-v", "--scheduler", address)
    assert there.stderr
    assert "bytes" in there.stderr.readline()
    with Client(address, set_as_default=False) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
    _, told = there.communicate(timeout=120)
    assert there.returncode == 0, told
    assert "Traceback" not in told
    assert files(home / "alone") == files(home / "there")
    for name in files(home / "alone"):
        assert (home / "alone" / name).read_bytes() == (home / "there" / name).read_bytes(), name


def test_problems_name_files_as_they_are_here(home: Path, address: str) -> None:
    """Problems name files as on this machine, wherever workers have them."""
    with (home / "mine/sheets/sheets.css").open("a") as css:
        css.write("p { nonsense: 1 }\n")
    done = crib("sheets", "--content", "content", "--templates", "mine", "--scheduler", address, folder=home)
    assert done.returncode == 1
    assert done.stderr.startswith("mine/sheets/sheets.css: error[print]: ")
    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_a_build(home: Path, address: str) -> None:
    """Nothing is left behind, here or with the cluster."""
    done = started(home, "pdf", "-v", "--scheduler", address)
    assert done.stderr
    assert "bytes" in done.stderr.readline()
    done.send_signal(signal.SIGINT)
    _, told = done.communicate(timeout=120)
    assert (done.returncode, told.splitlines()[-1]) == (130, "Interrupted; nothing was changed.")
    assert "Traceback" not in told
    assert files(home / "dist") == []
    with Client(address, set_as_default=False) as client:
        while any(client.processing().values()):
            time.sleep(0.05)
        assert client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks)) == []


def test_a_job_that_kills_its_workers_is_told(tmp_path: Path, address: str) -> None:
    """All others are done, and problems come as they are."""
    made: list[str] = []
    good = [Job(str(i), join, (Job("", word, ("x",)),)) for i in range(20)]
    with cluster(address, tmp_path, None, FORMATS) as opened:
        assert opened[1] == 2
        with pytest.raises(BuildError, match=r"^error: the worker building a\.pdf was killed\n"):
            run(
                Plan([Job("a.pdf", die, ()), *good]),
                lambda: nullcontext(opened),
                lambda job, _: made.append(job.path),
            )
        assert sorted(filter(None, made)) == sorted(job.path for job in good)
        with pytest.raises(Exception, match="bad") as error:
            run(Plan([Job("b", refuse, (7,))]), lambda: nullcontext(opened), lambda *_: None)
    assert [problem.line for problem in getattr(error.value, "problems", [])] == [7]


def test_a_cluster_that_goes_away(home: Path, tmp_path: Path) -> None:
    """The build ends, and says why."""
    working = tmp_path / "w"

    def kill_at_work(process: subprocess.Popen[bytes]) -> None:
        while not any(working.rglob("crib-*")):  # the files of the book, unpacked for its first job
            time.sleep(0.01)
        process.kill()

    with scheduler(tmp_path / "s") as (there, process), workers(working, there, "--no-nanny"):
        killer = Thread(target=kill_at_work, args=(process,))
        killer.start()
        done = crib("sheets", "--content", "content", "--scheduler", there, folder=home)
        killer.join()
    assert done.returncode == 1
    assert "error: the cluster no longer answers\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(home / "dist") == []


@pytest.mark.parametrize("listens", [False, True])
def test_nobody_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, listens: bool) -> None:
    """An unused address or a silent server is no scheduler."""
    monkeypatch.setattr(room, "_SECONDS", 1)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        there = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with (
            pytest.raises(BuildError, match=f"no Dask scheduler answers at {there}"),
            cluster(there, tmp_path, None, FORMATS),
        ):
            pass


def test_workers_have_this_crib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster without workers is refused, and so are workers without Crib or with another version."""
    monkeypatch.setattr(room, "_SECONDS", 2)
    none, other = tmp_path / "none", tmp_path / "other"
    none.mkdir()
    (none / "crib.py").touch()
    shutil.copytree(ROOT / "crib", other / "crib")
    shutil.copytree(ROOT / "templates", other / "templates")
    with (other / "crib/__init__.py").open("a") as source:
        source.write("# changed\n")
    with scheduler(tmp_path / "s") as (there, _):
        with pytest.raises(BuildError, match="has no workers"), cluster(there, tmp_path, None, FORMATS):
            pass
        for path, told in ((other, "has another version of Crib"), (none, "lack Crib")):
            with (
                workers(tmp_path / f"with-{path.name}", there, "--no-nanny", path=path),
                pytest.raises(BuildError, match=told),
                cluster(there, tmp_path, None, FORMATS),
            ):
                pass


def test_without_dask(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the package to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = crib("anki", "--content", "content", "--scheduler", "tcp://127.0.0.1:1", folder=home)
    assert done.returncode == 1
    assert done.stderr.startswith("error: --scheduler needs the package distributed")


@pytest.mark.parametrize(
    "address", ["nowhere", "tcp://", "tcp://here", "tcp://here:x", "tcp://here:99999", "http://here:1"]
)
def test_wrong_addresses(home: Path, address: str) -> None:
    """Malformed addresses are refused."""
    done = crib("anki", "--content", "content", "--scheduler", address, folder=home)
    assert (done.stdout, done.returncode) == ("", 2)


def test_paths_lead_to_the_same_file_elsewhere() -> None:
    """Relative to the innermost folder around them; other paths stay."""
    here = {"book": Path("content"), "templates": Path("content/mine"), "crib": Path("/lib/crib")}
    there = {"book": Path("/a"), "templates": Path("/b"), "crib": Path("/c")}
    paths = [Path("content"), Path("content/x.svg"), Path("content/mine/y.css"), Path("/lib/crib/z"), Path("/else")]
    assert unpacked(packed(paths, here), there) == [
        Path("/a"),
        Path("/a/x.svg"),
        Path("/b/y.css"),
        Path("/c/z"),
        Path("/else"),
    ]


def test_the_files_that_travel(tmp_path: Path) -> None:
    """All of the user's templates, and the pictures of the book, but no file outside, even by a link."""
    for name in ("book/a.PNG", "book/figures/b.png", "book/c.txt", "templates/d.css", "crib/e.css", "elsewhere/f.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "book/here.png").symlink_to("a.PNG")
    (tmp_path / "book/out.png").symlink_to(tmp_path / "elsewhere/f.png")
    (tmp_path / "book/nowhere.png").symlink_to("missing")
    (tmp_path / "book/folder.png").mkdir()
    with (tmp_path / "book/large.png").open("wb") as large:
        large.truncate(limits.PICTURE_BYTES + 1)
    folders = {"crib": tmp_path / "crib", "templates": tmp_path / "templates", "book": tmp_path / "book"}
    with ZipFile(BytesIO(room._archive(folders, {".png"}))) as archive:
        names = {name: archive.read(name).decode() for name in archive.namelist()}
    assert names == {
        "book/a.PNG": "book/a.PNG",
        "book/figures/b.png": "book/figures/b.png",
        "book/here.png": "book/a.PNG",
        "templates/d.css": "templates/d.css",
    }


def test_an_edition_is_the_bytes_of_crib_and_the_versions_of_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with other contents or another name is another edition, and so is another version of any package."""
    monkeypatch.setattr(room, "PACKAGE", tmp_path)
    monkeypatch.setattr(room, "own_folder", lambda: tmp_path)
    monkeypatch.setattr(room, "requires", lambda _: ["one>=1", "two==2; python_version>'3'", "dask; extra == 'dask'"])
    versions = {"one": "1", "two": "2"}
    monkeypatch.setattr(room, "version", versions.__getitem__)
    seen = []
    for change in (
        lambda: None,
        lambda: (tmp_path / "a.py").write_text("a"),
        lambda: (tmp_path / "a.py").write_text("b"),
        lambda: (tmp_path / "a.py").rename(tmp_path / "b.py"),
        lambda: versions.update(one="1.1"),
        lambda: versions.update(two="2.1"),
    ):
        change()
        seen.append(room.edition.__wrapped__())
    assert len(set(seen)) == len(seen)
    (tmp_path / "b.pyc").write_text("compiled")
    assert room.edition.__wrapped__() == seen[-1]


@pytest.mark.parametrize("there", ["", "~"])
def test_a_worker_of_another_edition(there: str) -> None:
    """Workers with an older or newer version of Crib are refused."""
    with pytest.raises(BuildError, match="tcp://x has another version"):
        room._check(there, "tcp://x")
    room._check(room.edition(), "tcp://x")
