"""Try to start MathJax in another process: without enough memory, V8 aborts its process without warning.

The argument is the size of the parent's address space in bytes.
"""

from __future__ import annotations

import sys
from mmap import PROT_READ, mmap

from crib.engine.memory_limit import memory_size
from crib.markup.mathjax import new_engine


def main() -> None:
    """Start MathJax, or fail."""
    room = max(int(sys.argv[1]) - memory_size(), 1)
    reserved = mmap(-1, room, prot=PROT_READ)
    new_engine()
    reserved.close()
