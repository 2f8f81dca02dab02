"""Try to start MathJax in a process of its own: where memory is short, V8 aborts the process without warning.

Its argument is how many bytes of addresses its parent uses.
"""

from __future__ import annotations

import sys
from mmap import PROT_READ, mmap

from crib.engine.memory_limit import memory_size
from crib.markup.mathjax import new_engine


def main() -> None:
    """Start it, or fail."""
    room = max(int(sys.argv[1]) - memory_size(), 1)
    taken = mmap(-1, room, prot=PROT_READ)
    new_engine()
    taken.close()
