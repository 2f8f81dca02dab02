"""Draw an SVG with WeasyPrint in a process with limits on time and memory, set by the kernel.

Its arguments are a file, seconds of processor time, and bytes of memory. It exits with OUT_OF_MEMORY if it takes
more memory. It ignores all other errors, and a system without Pango: the build reports them.
"""

from __future__ import annotations

import os
import sys
from logging import DEBUG, Handler, LogRecord, getLogger
from pathlib import Path
from signal import ITIMER_PROF, setitimer

from crib.engine.memory_limit import limit_memory

OUT_OF_MEMORY = 3


def main() -> None:
    """Draw the picture and end."""
    file, seconds, memory = sys.argv[1:]
    try:
        from weasyprint import HTML
    except OSError:
        return
    logger = getLogger("weasyprint")
    logger.handlers = [_OutOfMemory()]
    logger.setLevel(DEBUG)
    limit_memory(int(memory))
    setitimer(ITIMER_PROF, float(seconds))
    try:
        HTML(string=f'<img src="{Path(file).resolve().as_uri()}">').write_pdf()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


class _OutOfMemory(Handler):
    """End the process on a MemoryError: WeasyPrint catches and logs all exceptions of a picture."""

    def emit(self, record: LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], MemoryError):
            os._exit(OUT_OF_MEMORY)
