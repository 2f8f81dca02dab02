"""Caching decorators for pure functions, with prefetching by workers. The cache itself is `crib.engine.cache`.

A cached function depends on nothing but its arguments. If it reads a file, the file's digest is a
*key-only* argument: part of the cache key, but not passed to the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, overload

from crib.engine.cache import current
from crib.engine.job import Job

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Prefetch = Callable[[Iterable[Job]], object]
"""Computes the uncached values of jobs, if it can do so faster than one process."""


def _compute_nothing(jobs: Iterable[Job]) -> None:
    """Leave all *jobs* to this process."""


_prefetch: Prefetch = _compute_nothing


@contextmanager
def prefetching(prefetch: Prefetch) -> Iterator[None]:
    """Announce upcoming calls of cached functions to *prefetch*, as jobs."""
    global _prefetch  # noqa: PLW0603 - one a process, as the cache
    before, _prefetch = _prefetch, prefetch
    try:
        yield
    finally:
        _prefetch = before


class Cached(Generic[Arguments, Result]):
    """A pure function with cached results; made by `cached`."""

    def __init__(self, function: Callable[Arguments, Result], key_only: tuple[str, ...] = ()) -> None:
        """Cache results of *function*, a module-level function."""
        self._function, self._key_only = function, key_only
        update_wrapper(self, function)

    def __reduce__(self) -> str:
        """Pickle by name, like a function."""
        name: str = self.__qualname__  # type: ignore[attr-defined] # update_wrapper sets it
        return name

    def __call__(self, *arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        """Return the result, from the cache if possible."""
        passed = {name: value for name, value in options.items() if name not in self._key_only}
        call = partial(self._function, *arguments, **passed)  # type: ignore[arg-type] # without the key-only ones
        result: Result = current().value(current().key(self, arguments, options), call)
        return result

    def job(self, *arguments: Any) -> Job:
        """Return a job that computes the result for *arguments*."""
        return Job("", self, arguments)

    def each(self, calls: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """Yield a result for each tuple of arguments in *calls*; workers compute uncached ones."""
        calls = list(calls)
        _prefetch(self.job(*call) for call in calls)
        for call in calls:
            yield self(*call)  # type: ignore[call-arg]


class CachedEach(Generic[Result]):
    """A pure function of many items, with one cached result per item; made by `cached_each`.

    The instance of a method is not part of the key.
    """

    def __init__(self, function: Callable[..., list[Result]], key_only: tuple[str, ...]) -> None:
        """Cache results of *function*."""
        self._function, self._key_only = function, key_only
        update_wrapper(self, function)

    def __get__(self, instance: object, owner: type) -> Callable[..., list[Result]]:
        """Bind to *instance*, like a method."""
        return self if instance is None else partial(self._call, partial(self._function, instance))

    def __call__(self, items: Sequence[Any], *arguments: Any, **options: Any) -> list[Result]:
        """Return a result for each of *items*; the function gets all uncached items at once."""
        return self._call(self._function, items, *arguments, **options)

    def _call(
        self, function: Callable[..., list[Result]], items: Sequence[Any], *arguments: Any, **options: Any
    ) -> list[Result]:
        passed = {name: value for name, value in options.items() if name not in self._key_only}
        keys = [current().key(self, (item, *arguments), options) for item in items]
        return current().values(keys, items, lambda missing: function(missing, *arguments, **passed))


@overload
def cached(function: Callable[Arguments, Result]) -> Cached[Arguments, Result]: ...
@overload
def cached(*, key_only: tuple[str, ...]) -> Callable[[Callable[..., Result]], Cached[..., Result]]: ...
def cached(function: Any = None, *, key_only: tuple[str, ...] = ()) -> Any:
    """Cache the results of a pure function; arguments named in *key_only* go into the key only."""
    return Cached(function) if function else lambda function: Cached(function, key_only)


def cached_each(*, key_only: tuple[str, ...] = ()) -> Callable[[Callable[..., list[Result]]], CachedEach[Result]]:
    """Cache each result of a pure function `(items, …) -> results`."""
    return lambda function: CachedEach(function, key_only)


def prefetch(jobs: Iterable[Job]) -> None:
    """Have workers, if there are any, compute the uncached values of *jobs*."""
    _prefetch(jobs)
