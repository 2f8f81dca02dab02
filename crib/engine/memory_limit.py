"""Memory limits of this process, set by Crib or inherited (`ulimit`)."""

from __future__ import annotations

from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_DATA, getpagesize, getrlimit, setrlimit

_DATA = 5  # field of /proc/self/statm with the pages of private memory


def limit_memory(most: int) -> int | None:
    """Limit this process to *most* more bytes of private memory.

    Returns the previous limit, None on systems without one. RLIMIT_AS is no alternative: it counts the address
    space reserved by V8, more than any machine has.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[_DATA])
    except (OSError, IndexError, ValueError):  # macOS, where RLIMIT_DATA ignores memory mapped by malloc
        return None
    soft, hard = getrlimit(RLIMIT_DATA)
    finite = (limit for limit in (soft, hard) if limit != RLIM_INFINITY)
    setrlimit(RLIMIT_DATA, (min((pages * getpagesize() + most, *finite)), hard))
    return soft


def has_memory_limit() -> bool:
    """Return True if the system limits the memory of this process (`ulimit -v`, `ulimit -d`)."""
    limits = (*getrlimit(RLIMIT_AS), getrlimit(RLIMIT_DATA)[1])  # the soft one of RLIMIT_DATA may be ours
    return any(limit != RLIM_INFINITY for limit in limits)


def memory_size() -> int:
    """Return the size of this process's address space in bytes, 0 if unknown."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
