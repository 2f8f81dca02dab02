"""Jobs in other processes."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from threading import Event, get_ident
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.cache import Cache
from crib.engine.dist import Dist
from crib.engine.job import Job
from crib.engine.plan import LostValueError, Plan, Task, Value, run_task
from crib.engine.runner import run, shared_executor, workers
from crib.markup.pandoc import PandocError
from crib.problems import BuildError, ContentError, CribError, MissingLibraryError, Problem
from tests.conftest import ROOT
from tests.engine.jobs import Lines, die, ignores_interrupts, join, keys, lack, refuse, refuse_answer, stumble, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor, Future


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    """Return two processes, shared by all tests without kills."""
    with workers(2) as (executor, _):
        yield executor


@pytest.fixture(params=["processes", "threads"])
def pool(request: pytest.FixtureRequest, processes: Executor) -> Iterator[Executor]:
    """Return each kind of executor except a cluster."""
    with ThreadPoolExecutor(2) as threads:
        yield processes if request.param == "processes" else threads


def is_held(path: Path) -> bool:
    """Return True if a process holds the file."""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def outcome(jobs: list[Job], executor: Executor) -> dict[str, bytes]:
    """Return the result of each file job."""
    made = {}
    run(Plan(jobs), lambda: nullcontext((executor, 2)), lambda job, made_now: made.update({job.path: made_now}))
    return {path: result for path, result in made.items() if path}


def test_jobs_get_the_values_they_need(pool: Executor) -> None:
    """A value is made once, however many jobs need it."""
    value = Job("", word, ("a",))
    jobs = [Job("one", join, (value, "b")), Job("two", join, (value, value))]
    assert outcome(jobs, pool) == {"one": b"A+b", "two": b"A+A"}


def test_a_problem_gets_the_line_of_its_answer(processes: Executor) -> None:
    """An earlier job knows it; an answer that none knows has no line."""
    lined = Job("", keys, (Lines(first=12, second=7),))
    with pytest.raises(ContentError) as error:
        outcome([Job("a", refuse_answer, (lined,)), Job("b", refuse_answer, ("other",))], processes)
    assert [(problem.line, problem.answer) for problem in error.value.problems] == [(0, ""), (7, ""), (12, "")]


def test_problems_of_all_jobs_come_together(pool: Executor) -> None:
    """One run reports everything; dependents of a failed job are left out."""
    failed = Job("", refuse, (2,))
    jobs = [Job("a", join, (failed,)), Job("b", refuse, (1,)), Job("c", join, ("fine",))]
    made: list[str] = []
    with pytest.raises(ContentError) as error:
        run(Plan(jobs), lambda: nullcontext((pool, 2)), lambda job, _: made.append(job.path))
    assert [problem.line for problem in error.value.problems] == [1, 2]
    assert made == ["c"]


def test_the_longest_chain_comes_first() -> None:
    """The longest chain comes first, and the first of equal ones; a job may weigh as much as a chain."""
    value = Job("", word, ("a",))
    late = Job("", word, ("b",))
    plan = Plan([Job("short", join, ()), Job("long", join, (value,)), Job("heavy", join, (late,), weight=2)])
    order = []
    while plan:
        order.append(plan.pop())
        plan.succeed(order[-1], b"")
    assert [job.path or job.arguments[0] for job in order] == ["b", "a", "heavy", "short", "long"]


def test_a_value_goes_with_the_last_job_that_needs_it() -> None:
    """So memory does not grow with the book, even with failing jobs."""
    value = Job("", word, ("a",))
    plan = Plan([Job("one", join, (value,)), Job("two", join, (value,))])
    plan.succeed(plan.pop(), pickle.dumps("A"))
    one, two = plan.pop(), plan.pop()
    plan.succeed(one, b"")
    assert plan.task(two).arguments
    plan.fail(two)
    assert not plan
    assert plan._values == {}


def test_a_worker_writes_its_file(processes: Executor, tmp_path: Path) -> None:
    """Only a digest of it comes back to this process, which publishes it."""
    dist, results = Dist(tmp_path), dict[str, bytes]()
    with dist.open():
        plan = Plan([Job("a/one", join, ("a" * 100_000, "b"))], stage=dist.stage)
        run(plan, lambda: nullcontext((processes, 1)), lambda job, result: results.update({job.path: result}))
        assert [len(result) < 100 for result in results.values()] == [True]
        dist.record_staged("a/one", results["a/one"])
        assert dist.staged_size("a/one") == 100_002
        dist.publish({"a/one": "book"}, plan.keys, ["book"])
    assert (tmp_path / "a/one").read_text() == "a" * 100_000 + "+b"
    assert Dist(tmp_path, rehash=True).has(plan.keys)


def test_a_value_that_the_store_has_does_not_travel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers read it from the cache, even without a saved secret; so this process needs no memory for it."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache, made, sent = Cache(tmp_path / "cache.sqlite"), dict[str, bytes](), list[int]()

    def done(job: Job, result: bytes) -> None:
        made[job.path] = result

    def submit(function: Any, task: Task) -> Future[Any]:
        sent.append(len(pickle.dumps(task)))
        return submitted(function, task)

    with workers(1, cache) as (executor, count):
        submitted = executor.submit
        plan = Plan([Job("one", join, (Job("", word, ("a" * 100_000,)), "b"))], cache)
        monkeypatch.setattr(executor, "submit", submit)
        run(plan, lambda: nullcontext((executor, count)), done)
        assert made["one"] == b"A" * 100_000 + b"+b"
        assert [size > 100_000 for size in sent] == [True, False]
        with pytest.raises(LostValueError):
            executor.submit(run_task, Task(join, (Value(b"lost"),), "one")).result()


class Counting(ThreadPoolExecutor):
    """Counts running jobs."""

    now = most = 0

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        """Submit, and count until it is done."""
        self.now += 1
        self.most = max(self.most, self.now)
        future = super().submit(*arguments, **options)
        future.add_done_callback(self.over)
        return future

    def over(self, _: object) -> None:
        """Count one less."""
        self.now -= 1


def test_only_a_few_jobs_are_under_way() -> None:
    """Neither a pool nor a scheduler holds the arguments of all jobs."""
    with Counting(2) as threads:
        made = outcome([Job(str(i), join, (str(i),)) for i in range(500)], threads)
    assert len(made) == 500
    assert 2 <= threads.most <= 4


@pytest.mark.parametrize(
    "error",
    [CribError("x"), BuildError("x"), MissingLibraryError("x"), PandocError("x"),
     ContentError([Problem("b.md", 2, "math", "bad", "do"), Problem("a.md", 1, "math", "bad")])],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_errors_survive_pickling(error: CribError) -> None:
    """Pickled errors keep all their problems."""
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_errors_keep_their_exit_status_across_processes(pool: Executor) -> None:
    """A worker's error is the same error here."""
    with pytest.raises(MissingLibraryError, match="no Pango") as error:
        outcome([Job("a", lack, ())], pool)
    assert error.value.exit_status == 3


@pytest.mark.parametrize("count", [1, 2])
def test_a_process_that_dies_is_told(count: int) -> None:
    """A killed worker is reported with its files; all other files are built."""
    made: list[str] = []
    before = [Job(f"before {i}", join, ("x",), weight=9) for i in range(3)]
    deaths = [Job("a.pdf", die, (), weight=5), Job("b.pdf", join, (Job("", die, (), weight=5),))]
    after = [Job(f"after {i}", join, (Job("", word, ("x",)),)) for i in range(6)]
    with pytest.raises(BuildError) as error:
        run(Plan([*before, *deaths, *after]), partial(workers, count), lambda job, _: made.append(job.path))
    assert sorted(problem.text for problem in error.value.problems) == [
        f"the worker building {path} was killed" for path in ("a.pdf", "b.pdf")
    ]
    assert sorted(filter(None, made)) == sorted(job.path for job in [*before, *after])


def test_an_executor_stays_until_it_breaks() -> None:
    """Callers share it, and its processes, until one of these dies."""
    with shared_executor(partial(workers, 1)) as opened:
        with opened() as (first, count):
            assert (first.submit(word, "x").result(), count) == ("X", 1)
        with opened() as (second, _):
            assert second is first
            with pytest.raises(BrokenExecutor):
                second.submit(die).result()
        with opened() as (third, _):
            assert third is not first
            assert third.submit(word, "y").result() == "Y"


def test_an_interrupt_is_for_the_first_process_alone(processes: Executor) -> None:
    """Workers ignore it, and leave an orderly end to the parent."""
    assert processes.submit(ignores_interrupts).result()


def test_an_interrupt_that_wakes_nobody() -> None:
    """One just before the wait for a job is handled before the job ends."""
    heeded, in_time = Event(), list[bool]()

    def interrupt() -> bytes:
        time.sleep(0.3)  # until all that is left to do is to wait
        signal.pthread_kill(get_ident(), signal.SIGINT)
        in_time.append(heeded.wait(60))
        return b""

    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(KeyboardInterrupt):
            run(Plan([Job("a", interrupt, ())]), lambda: nullcontext((executor, 1)), lambda *_: None)
        heeded.set()
    assert in_time == [True]


def test_what_has_not_begun_is_dropped(tmp_path: Path) -> None:
    """A build interrupted early does not finish its plan first."""
    with pytest.raises(KeyboardInterrupt), workers(1) as (executor, _):
        executor.submit(ignores_interrupts).result()
        for i in range(200):
            executor.submit(Path.touch, tmp_path / str(i))
        raise KeyboardInterrupt
    assert len(list(tmp_path.iterdir())) < 200


@pytest.mark.parametrize(
    ("sign", "job"), [(signal.SIGKILL, "hold"), (signal.SIGTERM, "hold"), (signal.SIGINT, "hold_fast")]
)
def test_workers_end_with_their_parent(tmp_path: Path, sign: signal.Signals, job: str) -> None:
    """However a build ends, no process of it goes on; an interrupt waits for none of them."""
    code = (
        f"import sys\nfrom crib.engine.runner import workers\nfrom tests.engine.jobs import {job}\n"
        "if __name__ == '__main__':\n"
        f"    with workers(1) as (executor, _): executor.submit({job}, sys.argv[1]).result()\n"
    )
    (tmp_path / "build.py").write_text(code)
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "build.py"), str(tmp_path / "worker")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    while not (tmp_path / "worker").exists() or not (tmp_path / "worker").read_text():
        assert parent.poll() is None
        time.sleep(0.01)
    worker = int((tmp_path / "worker").read_text())
    parent.send_signal(sign)
    parent.wait(60)
    for _ in range(1000):
        if not is_held(tmp_path / "worker"):
            return
        time.sleep(0.03)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker is still there")


def test_a_crash_is_reported_with_its_place() -> None:
    """A crash is a single problem of the unbuilt file; everything else is built."""
    built: list[str] = []
    jobs = [Job("a.pdf", stumble, ()), Job("b.pdf", join, ("x",))]
    with pytest.raises(
        BuildError, match=r"^a\.pdf: error\[crash\]: TypeError at crib/engine/plan\.py:\d+: no such thing\n  hint: "
    ) as error:
        run(Plan(jobs), partial(workers, 1), lambda job, _: built.append(job.path))
    assert built == ["b.pdf"]
    assert "Traceback" not in str(error.value)
