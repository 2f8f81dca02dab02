"""Any state of a folder of built files: the result of the next build is the same."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from concurrent.futures import Executor, Future
from contextlib import closing, nullcontext
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.cache import Cache, use
from crib.engine.dist import Dist
from crib.engine.job import Job
from crib.engine.last_build import LastBuild
from crib.engine.plan import Plan
from crib.engine.runner import run
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = int(os.environ.get("CRIB_FUZZ_ROUNDS", "150"))
"""Number of states to try; 500 and more take a while."""

CACHE = "store.sqlite"
STATE = ("lock", "built.json", CACHE, f"{CACHE}-wal", f"{CACHE}-shm", f"{CACHE}-journal", "staging")


def words(text: str) -> list[str]:
    """Make a value."""
    return text.split()


def longest(parts: list[str]) -> str:
    """Make a value of a value."""
    return max(parts, key=len) * 500


def join(*parts: object) -> bytes:
    """Make a file."""
    return repr(parts).encode()


class Here(Executor):
    """Runs jobs in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Run *function* at once."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)
        return future


class Book:
    """A book of two chapters and its build, with dist, cache, plan and runner."""

    def __init__(self, folder: Path) -> None:
        """Write it."""
        self.folder, self.out = folder / "book", folder / "book/dist"
        self.chapters = [self.folder / "01-one.md", self.folder / "02-two.md"]
        self.folder.mkdir()
        for path in self.chapters:
            path.write_text(f"some words of {path.name}")

    def jobs(self) -> list[Job]:
        """Return the jobs of a build."""
        parts = [Job("", words, (path.read_text(),)) for path in self.chapters]
        of_each = tuple(Job("", longest, (part,)) for part in parts)
        files = [Job(f"sheets/{path.stem}", join, (part,)) for path, part in zip(self.chapters, parts, strict=True)]
        return [*files, Job("all", join, (of_each, tuple(parts)))]

    def clean(self) -> dict[str, bytes]:
        """Return the files of a clean build."""
        files: dict[str, bytes] = {}
        _run(Plan(self.jobs()), lambda job, result: files.update({job.path: result} if job.path else {}))
        return files

    def build(self) -> None:
        """Build the changes. Raises CribError."""
        dist = Dist(self.out)
        with dist.open():
            last = LastBuild(dist, ("all",), self.folder, self.chapters, [])
            if last.unchanged is not None:
                return
            cache = Cache(dist.cache, b"fingerprint")
            before = use(cache)
            plan = Plan(self.jobs(), cache, dist.key)
            _run(plan, lambda job, result: dist.stage(job.path, result) if job.path else None)
            use(before)
            cache.close(1_000_000)
            dist.publish(dict.fromkeys(plan.keys, "sheets"), plan.keys, ["sheets"])
            last.write(plan.keys, [], {})

    def built(self) -> dict[str, bytes]:
        """Return the existing files."""
        paths = [path for path in self.out.rglob("*") if path.is_file() and ".crib" not in path.parts]
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in paths}


def _run(plan: Plan, done: Callable[[Job, bytes], object]) -> None:
    run(plan, lambda: nullcontext((Here(), 1)), done)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """Return a built book."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim/file").write_text("precious")
    made = Book(tmp_path)
    made.build()
    yield made
    assert [path.read_text() for path in (tmp_path / "victim").iterdir()] == ["precious"]


def flip(path: Path, random: Random) -> None:
    """Flip some bits."""
    data = bytearray(path.read_bytes() if path.is_file() else b"")
    for _ in range(random.choice([1, 1, 1, 5, 50])):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    replace(path, bytes(data))


def truncate(path: Path, random: Random) -> None:
    """Cut it short."""
    data = path.read_bytes() if path.is_file() else b""
    replace(path, data[: random.randrange(len(data) + 1)])


def fill(path: Path, random: Random) -> None:
    """Write other things to it."""
    others = [
        b"",
        b"{}",
        b"[]",
        b'{"a":["x","y","z","w"]}',
        b'{"stamp":1,"inputs":5,"files":{}}',
        random.randbytes(5000),
    ]
    replace(path, random.choice(others))


def folder(path: Path, random: Random) -> None:
    """Put a folder there, perhaps with a file."""
    remove(path)
    path.mkdir()
    if random.random() < 0.5:
        (path / "file").touch()


def pipe(path: Path, random: Random) -> None:
    """Put a named pipe there, or a socket."""
    remove(path)
    if random.random() < 0.5:
        os.mkfifo(path)
        return
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as file:
        file.bind(path.name)
    os.chdir(here)


def link(path: Path, random: Random) -> None:
    """Put a link there: to a file or a folder of a victim, or to nowhere."""
    remove(path)
    victim = next(parent / "victim" for parent in path.parents if (parent / "victim").is_dir())
    path.symlink_to(random.choice([victim, victim / "file", victim / "new", path]))


def replace(path: Path, data: bytes) -> None:
    """Write *data* to it, with a time of its own: no editor is as quick as this test."""
    remove(path)
    path.write_bytes(data)
    os.utime(path, (1e9, 1e9))


def remove(path: Path, *_: Any) -> None:
    """Remove whatever is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


DAMAGES = [flip, flip, truncate, fill, folder, pipe, link, remove]


def test_whatever_state_is_there(book: Book, tmp_path: Path) -> None:
    """The next build equals a clean one; after refusing a link or folder, it does once that is removed."""
    random = Random(1)
    for number in range(ROUNDS):
        if random.random() < 0.8:
            book.chapters[0].write_text(f"some {'other' * random.randrange(3)} words")
            os.utime(book.chapters[0], (1e9 + number, 1e9 + number))
        state = [book.out / ".crib" / name for name in STATE] + [
            *book.out.glob(".crib/noted-*"),
            *book.out.glob(".crib"),
        ]
        path = random.choice([*state, *(book.out / name for name in book.built()), tmp_path / "cache/crib/secret"])
        damage = random.choice(DAMAGES)
        damage(path, random)
        try:
            book.build()
            refused = ""
        except BuildError as error:
            refused = str(error)
            remove(path)
            book.build()
        may_be_refused = damage is link or (damage is folder and ".crib" not in path.parts)
        assert f"{path}: a " in refused if refused else damage is not link or path.name == "secret", (number, path)
        assert may_be_refused or not refused, (number, path)
        assert book.built() == book.clean(), (number, path, damage)
        book.build()


@pytest.mark.parametrize("name", ["", ".crib", *(f".crib/{name}" for name in STATE), ".crib/any", "all", "sheets"])
@pytest.mark.parametrize("target", ["victim", "victim/file", "victim/new"])
def test_links_are_refused(book: Book, tmp_path: Path, name: str, target: str) -> None:
    """The error names the link, and no file is changed."""
    path = book.out / name
    remove(path)
    book.chapters[0].write_text("new")
    path.symlink_to(tmp_path / target)
    with pytest.raises(BuildError) as error:
        book.build()
    assert str(error.value).startswith(f"error[refused]: {path}: a link, which is not followed\n  hint: ")
    assert path.is_symlink()


@pytest.mark.parametrize("name", ["", ".crib", *(f".crib/{name}" for name in STATE)])
def test_cleaning_refuses_links(book: Book, tmp_path: Path, name: str) -> None:
    """The links, and the files they lead to, are left alone."""
    before = book.built()
    path = book.out / name
    path.rename(tmp_path / "old") if path.exists() else None
    path.symlink_to(tmp_path / "victim")
    with pytest.raises(BuildError, match="a link"):
        Dist(book.out).clean()
    path.unlink()
    (tmp_path / "old").rename(path) if (tmp_path / "old").exists() else None
    assert book.built() == before


def test_cleaning_removes_only_our_files(book: Book, tmp_path: Path) -> None:
    """No link or its target, no folder, no file of the user's in `.crib`."""
    victim = tmp_path / "victim"
    remove(book.out / "all")
    (book.out / "all").symlink_to(victim / "file")
    shutil.move(book.out / "sheets", tmp_path / "sheets")
    (book.out / "sheets").symlink_to(tmp_path / "sheets")
    (book.out / ".crib/mine.txt").touch()
    Dist(book.out).clean()
    assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == ["01-one", "02-two"]
    assert sorted(path.name for path in book.out.iterdir()) == [".crib", "all", "sheets"]
    assert sorted(path.name for path in (book.out / ".crib").iterdir()) == ["built.json", "lock", "mine.txt"]


def test_a_stranger_s_database_does_not_run(book: Book) -> None:
    """A view or a trigger in the place of our table could take for ever."""
    path = book.out / ".crib" / CACHE
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
    columns = "NULL AS key, NULL AS seal, NULL AS digest, NULL AS value, NULL AS used"
    for change in (
        f"DROP TABLE kept; CREATE VIEW kept AS {forever} {columns} FROM n WHERE i < 0",
        f"CREATE TRIGGER t BEFORE INSERT ON kept BEGIN UPDATE kept SET used = ({forever} i FROM n WHERE i < 0); END",
        "ALTER TABLE kept RENAME COLUMN value TO values_",
    ):
        with closing(sqlite3.connect(path)) as file:
            file.executescript(change)
        book.chapters[0].write_text(change)
        book.build()
        assert book.built() == book.clean()


def test_what_another_user_has_built_counts_for_nothing(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its records say; it is built again, with the same bytes."""
    (book.out / "all").write_bytes(b"forged")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert Dist(book.out).built == {}
    book.build()
    assert book.built() == book.clean()


def test_a_file_changed_under_the_same_size_and_time(book: Book) -> None:
    """Size and time do not show the change; `rehash` reads the file, and does."""
    path = book.out / "all"
    status = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert Dist(book.out).key("all")
    assert Dist(book.out, rehash=True).key("all") is None
    assert Dist(book.out, rehash=True).key("sheets/01-one")
