"""Selection and order of jobs in a plan."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import Cache, use
from crib.engine.job import Job
from crib.engine.plan import LostValueError, Plan, run_task

if TYPE_CHECKING:
    from pathlib import Path


def join(*words: object) -> bytes:
    """Make a file."""
    return "+".join(map(str, words)).encode()


def length(text: str) -> int:
    """Return the same value for many arguments."""
    return len(text)


def double(number: int) -> int:
    """Make a value of a value."""
    return 2 * number


def damage(folder: Path, change: str = "value = zeroblob(length(value))") -> None:
    """Damage all values in the cache."""
    with closing(sqlite3.connect(folder / "cache.sqlite")) as file, file:
        file.execute(f"UPDATE kept SET {change}")


class Build:
    """Builds of the same folder, one after the other, in this process."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing."""
        self.folder, self.files = folder, dict[str, bytes]()
        self.keys: dict[str, str] = {}

    def __call__(self, *jobs: Job) -> list[str]:
        """Run *jobs*, and return the names of those not cached."""
        cache = Cache(self.folder / "cache.sqlite")
        before = use(cache)
        plan, done = Plan(jobs, cache, self.keys.get), []
        while plan:
            job = plan.pop()
            try:
                result = run_task(plan.task(job))
            except LostValueError as error:
                plan.lose(job, error.key)
                continue
            done.append(job.path or job.make.__name__)
            if job.path:
                self.files[job.path] = result
            plan.succeed(job, result)
        assert plan.open == []
        self.keys.update(plan.keys)
        use(before)
        cache.close(1_000_000)
        return done


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return builds of a new folder, with a secret of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Build(tmp_path)


def lengths(*words: str) -> Job:
    """Return a file job over the lengths of *words*, one job each."""
    return Job("lengths", join, (tuple(Job("", length, (word,)) for word in words), "letters"))


def test_nothing_is_done_twice(build: Build) -> None:
    """A second run of the same plan makes no file and computes no value."""
    assert build(lengths("one", "three")) == ["length", "length", "lengths"]
    assert build.files == {"lengths": b"(3, 5)+letters"}
    assert build(lengths("one", "three")) == []


def test_only_what_changed_is_done(build: Build) -> None:
    """A changed job and its dependents run again, others do not."""
    build(lengths("one", "three"), Job("other", join, ("x",)))
    assert build(lengths("four", "three"), Job("other", join, ("x",))) == ["length", "lengths"]
    assert build.files["lengths"] == b"(4, 5)+letters"


def test_a_value_that_comes_out_the_same_ends_it(build: Build) -> None:
    """Dependents of an unchanged value do not run."""
    build(lengths("one", "three"))
    assert build(lengths("two", "three")) == ["length"]


def test_a_file_that_was_changed_or_lost_is_built_again(build: Build) -> None:
    """A changed or lost file is built again, from cached parts."""
    build(lengths("one", "three"))
    del build.keys["lengths"]
    assert build(lengths("one", "three")) == ["lengths"]


def test_without_a_store(build: Build, tmp_path: Path) -> None:
    """A full disk, or none, costs time only."""
    (tmp_path / "file").write_text("")
    build.folder = tmp_path / "file"
    assert build(lengths("one", "three")) == ["length", "length", "lengths"]
    assert build.files == {"lengths": b"(3, 5)+letters"}
    del build.keys["lengths"]
    assert build(lengths("one", "three")) == ["length", "length", "lengths"]


def test_the_longest_chain_comes_first() -> None:
    """The longest chain comes first, to keep workers busy; equal chains run in plan order."""
    chain = Job("long", join, (Job("", join, (Job("", join, ("a",)),)),))
    jobs = [Job("one", join, ()), Job("two", join, ()), chain, Job("heavy", join, (), weight=9)]
    plan = Plan(jobs)
    order = []
    while plan:
        job = plan.pop()
        order.append(job.path or "part")
        plan.succeed(job, run_task(plan.task(job)))
    assert order == ["heavy", "part", "part", "one", "two", "long"]


def test_what_needs_a_failed_job_is_left_out() -> None:
    """Dependents of a failed job are left out; other jobs run."""
    part = Job("", length, ("a",))
    plan = Plan([Job("a", join, (part,)), Job("b", join, ())])
    assert plan.name(part) == "a"
    assert plan.pop() is part
    plan.fail(part)
    assert plan.pop().path == "b"
    assert not plan


def test_what_two_ask_for_is_made_once(build: Build) -> None:
    """Independent outputs share jobs of the same function and arguments."""
    assert build(lengths("one", "three"), Job("other", join, (Job("", length, ("three",)),))) == [
        "length",
        "length",
        "lengths",
        "other",
    ]
    assert build.files == {"lengths": b"(3, 5)+letters", "other": b"5"}


def test_what_fails_fails_for_all_who_ask() -> None:
    """A failed value fails all of its dependents: none waits forever."""
    plan = Plan([Job("a", join, (Job("", length, ("x",)),)), Job("b", join, (Job("", length, ("x",)),))])
    plan.fail(plan.pop())
    assert not plan
    assert [job.path for job in plan.open if job.path] == ["a", "b"]


def chain(*words: str) -> Job:
    """Return a file job over a chain of values."""
    return Job("lengths", join, (tuple(Job("", double, (Job("", length, (word,)),)) for word in words), "letters"))


@pytest.mark.parametrize("change", ["value = zeroblob(length(value))", "value = NULL", "value = 5", "value = 'text'"])
def test_a_damaged_value_is_computed_again(build: Build, change: str) -> None:
    """The same build computes it again, with the jobs it needs; the next build finds it in the cache."""
    build(chain("one", "three"))
    damage(build.folder, change)
    assert build(Job("other", join, (chain("one", "three").arguments[0],))) == [
        "length", "double", "length", "double", "other",
    ]  # fmt: skip
    assert build.files["other"] == b"(6, 10)"
    assert build(Job("third", join, (chain("one", "three").arguments[0],))) == ["third"]


@pytest.mark.parametrize("change", ["seal = NULL", "seal = 5", "digest = 'text'", "digest = NULL", "key = zeroblob(3)"])
def test_what_is_not_sealed_is_computed_again(build: Build, change: str) -> None:
    """A value without a valid seal counts as lost, whatever is in its place."""
    build(lengths("one"))
    damage(build.folder, change)
    assert build(Job("other", join, lengths("one").arguments)) == ["length", "other"]


def test_a_value_that_two_have_lost_is_computed_once(build: Build) -> None:
    """The second job missing a value uses the recomputed one."""
    build(lengths("one"))
    damage(build.folder)
    part = Job("", length, ("one",))
    cache = Cache(build.folder / "cache.sqlite")
    before = use(cache)
    plan = Plan([Job("a", join, (part,)), Job("b", join, (part, part)), Job("c", join, (part,))], cache)
    first, second, third = plan.pop(), plan.pop(), plan.pop()
    for job in (first, second):
        with pytest.raises(LostValueError) as lost:
            run_task(plan.task(job))
        plan.lose(job, lost.value.key)
    assert plan.pop() is part
    assert not plan
    plan.succeed(part, run_task(plan.task(part)))
    plan.lose(third, lost.value.key)
    assert [run_task(plan.task(plan.pop())) for _ in range(3)] == [b"3", b"3+3", b"3"]
    use(before)


def test_a_lost_value_that_cannot_be_computed(build: Build) -> None:
    """Dependents of a lost, uncomputable value are skipped."""
    build(lengths("one"))
    damage(build.folder)
    cache = Cache(build.folder / "cache.sqlite")
    plan = Plan([Job("other", join, lengths("one").arguments)], cache)
    job = plan.pop()
    [part] = job.arguments[0]
    plan.lose(job, cache.key(length, ("one",)))
    assert plan.pop() is part
    plan.fail(part)
    assert not plan
    assert plan.open == [job]
