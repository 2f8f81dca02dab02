"""Limits on the memory of this process: its own, and those of whoever started it."""

from __future__ import annotations

from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_DATA, getpagesize, getrlimit, setrlimit

_DATA = 5  # the field of /proc/self/statm that counts pages of private memory


def limit_memory(most: int) -> int | None:
    """Let this process allocate *most* bytes more; return the limit before, None where there can be none.

    RLIMIT_AS would count what V8 reserves, which is more than there is.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[_DATA])
    except (OSError, IndexError, ValueError):  # macOS, whose RLIMIT_DATA does not count what malloc maps
        return None
    soft, hard = getrlimit(RLIMIT_DATA)
    known = (each for each in (soft, hard) if each != RLIM_INFINITY)
    setrlimit(RLIMIT_DATA, (min((pages * getpagesize() + most, *known)), hard))
    return soft


def has_memory_limit() -> bool:
    """Return whether the system lets this process have only some memory (`ulimit -v`, `ulimit -d`)."""
    limits = (*getrlimit(RLIMIT_AS), getrlimit(RLIMIT_DATA)[1])  # the soft one of RLIMIT_DATA may be ours
    return any(limit != RLIM_INFINITY for limit in limits)


def memory_size() -> int:
    """Return how many bytes of addresses this process uses, 0 if that is unknown."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
