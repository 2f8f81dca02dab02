"""Cached functions: each result is computed once, and workers prefetch the results a build is about to use."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.cache import Cache, use
from crib.engine.cached import cached, cached_each, prefetching
from crib.engine.plan import Plan, run_task
from crib.outputs.anki.jobs import Edition
from crib.pipeline.reading import read
from crib.render.templates import Templates
from tests.conftest import ANSWER, MakeBook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.engine.job import Job

FRONT = "---\ntitle: Two\nnumber: 2\n---\n\n"
CALLS: list[object] = []


@cached
def double(number: int, *, sign: int = 1) -> int:
    """Return twice the *number*, with a *sign*."""
    CALLS.append(number)
    return 2 * number * sign


@cached(key_only=("digest",))
def length(name: str) -> int:
    """Return the length of the *name*."""
    CALLS.append(name)
    return len(name)


class Scale:
    """Measures words."""

    def __init__(self, factor: int) -> None:
        self.factor = factor

    @cached_each(key_only=("factor",))
    def lengths(self, words: list[str]) -> list[int]:
        """Return the scaled length of each of *words*."""
        CALLS.append(list(words))
        return [len(word) * self.factor for word in words]


@pytest.fixture(autouse=True)
def calls() -> list[object]:
    """Return the calls made so far, none at first."""
    CALLS.clear()
    return CALLS


@pytest.mark.usefixtures("cache")
def test_a_result_is_computed_once(calls: list[object]) -> None:
    """For the same positional and keyword arguments."""
    assert [double(2), double(2), double(3), double(2, sign=-1), double(2, sign=-1)] == [4, 4, 6, -4, -4]
    assert calls == [2, 3, 2]


@pytest.mark.usefixtures("uncached")
def test_without_a_cache_it_is_computed_each_time(calls: list[object]) -> None:
    """The decorator changes nothing but the time."""
    assert [double(2), double(2)] == [4, 4]
    assert calls == [2, 2]


@pytest.mark.usefixtures("cache")
def test_key_only_arguments_are_part_of_the_key_alone(calls: list[object]) -> None:
    """The function does not get key-only arguments."""
    assert [length("abc", digest=digest) for digest in ("1", "1", "2")] == [3, 3, 3]
    assert calls == ["abc", "abc"]


@pytest.mark.usefixtures("cache")
def test_of_many_items_only_missing_ones_are_computed(calls: list[object]) -> None:
    """A single call computes all missing items; of the instance only key-only arguments count."""
    one, two = Scale(1), Scale(2)
    assert one.lengths(["a", "bcd"], factor=1) == [1, 3]
    assert Scale(1).lengths(["ef", "bcd", "a"], factor=1) == [2, 3, 1]
    assert two.lengths(["a"], factor=2) == [2]
    assert calls == [["a", "bcd"], ["ef"], ["a"]]


def test_it_pickles_by_name() -> None:
    """So jobs calling it can run on workers, on other machines too."""
    assert pickle.loads(pickle.dumps(double)) is double


class Workers:
    """Runs jobs as workers would, and counts them."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.counts: list[int] = []

    def __call__(self, jobs: Iterable[Job]) -> None:
        """Run *jobs*."""
        plan = Plan(jobs, self.cache)
        self.counts.append(len(plan.open))
        while plan:
            job = plan.pop()
            plan.succeed(job, run_task(plan.task(job)))


def test_calls_are_prefetched(cache: Cache, calls: list[object]) -> None:
    """One job for each uncached call, with its arguments."""
    workers = Workers(cache)
    with prefetching(workers):
        assert list(double.each([(2,), (3,)])) == [4, 6]
        assert list(double.each([(2,), (4,)])) == [4, 8]
    assert workers.counts == [2, 1]
    assert calls == [2, 3, 4]


def test_a_book_is_prefetched(make_book: MakeBook, cache: Cache) -> None:
    """Workers parse each chapter, check its formulas and code, and render its notes, and only once."""
    folder = make_book()
    second = ANSWER.replace("#answer", "#two").replace("Whatever", "Of $x^2$, whatever")
    (folder / "02-two.md").write_text(FRONT + second)

    def built() -> tuple[Any, int]:
        book = read(folder)
        return book, sum(len(deck.notes) for deck in Edition(book, Templates()).package.decks)

    before = use(Cache())
    alone = built()
    use(before)
    workers = Workers(cache)
    with prefetching(workers):
        assert built() == alone
        assert built() == alone
    assert alone[1] == 2
    assert workers.counts == [2, 2, 2, 2, 0, 0, 0, 0]
