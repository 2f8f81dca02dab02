"""Budgets of time and memory for jobs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from signal import ITIMER_PROF, ITIMER_VIRTUAL, getitimer
from typing import TYPE_CHECKING

import pytest

from crib.engine import budget
from crib.engine.budget import Budget, OverBudgetError, within
from crib.engine.job import Job
from crib.engine.memory_limit import has_memory_limit
from crib.engine.plan import Plan
from crib.engine.runner import run, workers
from crib.problems import BuildError
from tests.engine.jobs import Part, backtrack, endless_call, grow, join, loop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TINY = Budget(seconds=0.2, memory=100_000_000)


@pytest.fixture
def tiny() -> Iterator[None]:
    """Give the workers of a test a tiny budget."""
    before = budget.use(TINY)
    yield
    budget.use(before)


@pytest.mark.parametrize(
    ("work", "what"),
    [(loop, "0.2 seconds"), (backtrack, "0.2 seconds"), (grow, "0.1 GB of memory")],
)
def test_work_over_budget_is_stopped(work: Callable[[], bytes], what: str) -> None:
    """Loops, regular expressions and memory alike; work after it has its own budget."""
    for _ in range(2):
        with pytest.raises(OverBudgetError, match=what):
            within(TINY, work)
    assert within(TINY, lambda: len(bytes(50_000_000))) == 50_000_000
    assert all(getitimer(timer) == (0, 0) for timer in (ITIMER_PROF, ITIMER_VIRTUAL)), "no timer is left"
    assert len(bytes(200_000_000)) == 200_000_000, "the limit goes with the work"


def test_threads_have_budgets() -> None:
    """Budgets hold in threads, too: a Dask worker runs its jobs in one."""
    with ThreadPoolExecutor(1) as threads, pytest.raises(OverBudgetError, match="seconds"):
        threads.submit(within, TINY, loop).result()


def test_no_budget_no_limit() -> None:
    """With `--no-limits` there is no budget."""
    assert len(within(None, partial(bytes, 200_000_000))) == 200_000_000


@pytest.mark.usefixtures("tiny")
def test_a_job_over_budget_is_an_error_that_names_its_chapter() -> None:
    """The error names the chapter and the output file; the same workers do all other jobs."""
    jobs = [
        Job("a.pdf", loop, (Part("01-a.md", "figures/x.svg"),)),
        Job("b.pdf", grow, (Part("02-b.md"),)),
        Job("c.pdf", backtrack, (Part("01-a.md", "02-b.md"),)),
        *(Job(f"{i}.pdf", join, ("x",)) for i in range(6)),
    ]
    made = []
    with pytest.raises(BuildError) as error:
        run(Plan(jobs), partial(workers, 2), lambda job, _: made.append(job.path))
    assert sorted(made) == [f"{i}.pdf" for i in range(6)]
    assert sorted((each.file, each.text) for each in error.value.problems) == [
        ("", "c.pdf takes more than 0.2 seconds of processor time"),
        ("01-a.md", "a.pdf takes more than 0.2 seconds of processor time"),
        ("02-b.md", "b.pdf takes more than 0.1 GB of memory"),
    ]


@pytest.mark.usefixtures("tiny")
def test_a_job_that_cannot_be_interrupted_ends_with_its_process() -> None:
    """For example an endless call into C; another process runs the other jobs."""
    made = []
    with pytest.raises(BuildError, match=r"the worker building a\.pdf was killed"):
        run(
            Plan([Job("a.pdf", endless_call, ()), Job("b.pdf", join, ("x",))]),
            partial(workers, 1),
            lambda job, _: made.append(job.path),
        )
    assert made == ["b.pdf"]


def test_a_budget_is_no_limit_of_the_system() -> None:
    """The memory limit of a budget is not mistaken for the user's."""
    assert within(TINY, has_memory_limit) == has_memory_limit()
