"""Which jobs are run, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import Cache, use
from crib.engine.job import Job
from crib.engine.plan import Plan, run_task

if TYPE_CHECKING:
    from pathlib import Path


def join(*words: object) -> bytes:
    """Make a file."""
    return "+".join(map(str, words)).encode()


def length(text: str) -> int:
    """Make a value that is the same for many arguments."""
    return len(text)


class Build:
    """Builds of the same folder, one after the other, in this process."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing."""
        self.folder, self.files = folder, dict[str, bytes]()
        self.keys: dict[str, str] = {}

    def __call__(self, *jobs: Job) -> list[str]:
        """Do *jobs*, and return the names of those that had to be done."""
        cache = Cache(self.folder / "cache.sqlite")
        before = use(cache)
        plan, done = Plan(jobs, cache, self.keys.get), []
        while plan:
            job = plan.pop()
            result = run_task(plan.task(job))
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
    """Return a file that shows how long *words* are, a job each."""
    return Job("lengths", join, (tuple(Job("", length, (word,)) for word in words), "letters"))


def test_nothing_is_done_twice(build: Build) -> None:
    """Neither a file nor a value."""
    assert build(lengths("one", "three")) == ["length", "length", "lengths"]
    assert build.files == {"lengths": b"(3, 5)+letters"}
    assert build(lengths("one", "three")) == []


def test_only_what_changed_is_done(build: Build) -> None:
    """And what needs it."""
    build(lengths("one", "three"), Job("other", join, ("x",)))
    assert build(lengths("four", "three"), Job("other", join, ("x",))) == ["length", "lengths"]
    assert build.files["lengths"] == b"(4, 5)+letters"


def test_a_value_that_comes_out_the_same_ends_it(build: Build) -> None:
    """Jobs that need the same value again are not run."""
    build(lengths("one", "three"))
    assert build(lengths("two", "three")) == ["length"]


def test_a_file_that_was_changed_or_lost_is_built_again(build: Build) -> None:
    """The parts it is made of are not."""
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
    """So that no worker waits for it in the end; equal chains run in the order of the plan."""
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
    """The others are not."""
    part = Job("", length, ("a",))
    plan = Plan([Job("a", join, (part,)), Job("b", join, ())])
    assert plan.name(part) == "a"
    assert plan.pop() is part
    plan.fail(part)
    assert plan.pop().path == "b"
    assert not plan


def test_what_two_ask_for_is_made_once(build: Build) -> None:
    """Outputs that do not know each other have jobs of the same function and arguments."""
    assert build(lengths("one", "three"), Job("other", join, (Job("", length, ("three",)),))) == [
        "length",
        "length",
        "lengths",
        "other",
    ]
    assert build.files == {"lengths": b"(3, 5)+letters", "other": b"5"}


def test_what_fails_fails_for_all_who_ask() -> None:
    """None of them waits for ever."""
    plan = Plan([Job("a", join, (Job("", length, ("x",)),)), Job("b", join, (Job("", length, ("x",)),))])
    plan.fail(plan.pop())
    assert not plan
    assert [job.path for job in plan.open if job.path] == ["a", "b"]
