"""Open the cache and the workers (local processes or a cluster) for a command."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from crib.engine.cache import Cache, use
from crib.engine.cached import prefetching
from crib.engine.fingerprint import fingerprint
from crib.engine.plan import Plan
from crib.engine.runner import cores, run, shared_executor, workers
from crib.problems import CribError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.engine.dist import Dist
    from crib.engine.job import Job
    from crib.engine.runner import OpenExecutor
    from crib.options import Options

_CACHE_FACTOR = 20
"""Cache size limit, as a multiple of the size of the built files; this leaves room for earlier builds."""

_LEAST_CACHE = 500_000_000  # bytes


@contextmanager
def open_cache(dist: Dist) -> Iterator[Cache]:
    """Use the cache of *dist*, and trim it at the end."""
    cache = Cache(dist.cache, fingerprint())
    before = use(cache)
    try:
        yield cache
    finally:
        use(before)
        cache.close(max(_LEAST_CACHE, _CACHE_FACTOR * dist.size))


@contextmanager
def open_workers(options: Options, cache: Cache, *, lay_out: bool) -> Iterator[OpenExecutor]:
    """Yield a function to open the workers; they also prefetch results of cached functions.

    lay_out  the workers load WeasyPrint while this process reads the book
    """
    with shared_executor(_executor(options, cache)) as opened:
        if lay_out:
            _load_weasyprint(opened)
        with prefetching(partial(_prefetch, cache, opened)):
            yield opened


def _executor(options: Options, cache: Cache) -> OpenExecutor:
    """Return a function to open an executor, here or on a cluster."""
    if options.scheduler:
        from crib.engine.cluster import cluster
        from crib.source.picture_files import FORMATS

        return partial(cluster, options.scheduler, options.content, options.templates, FORMATS)
    return partial(workers, options.workers or cores(), cache)


def _load_weasyprint(opened: OpenExecutor) -> None:
    from crib.print.pdf.weasyprint_loader import preload

    with opened() as (executor, count):
        for _ in range(count):
            executor.submit(preload, None)


def _prefetch(cache: Cache, opened: OpenExecutor, jobs: Iterable[Job]) -> None:
    """Run *jobs* if there are more than one; the caller that needs a value reports its errors later."""
    plan = Plan(jobs, cache)
    if len(plan.open) > 1:
        with suppress(CribError):
            run(plan, opened, lambda *_: None)
