"""Record WeasyPrint's warnings, to turn them into errors located in the book."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Recorder(logging.Handler):
    """Records warnings of WeasyPrint: missing glyphs, unknown CSS, missing files."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def recorded_warnings() -> Iterator[list[str]]:
    """Record WeasyPrint's warnings; a fatal error becomes the last of them."""
    from weasyprint.urls import FatalURLFetchingError

    logger, warnings = logging.getLogger("weasyprint"), _Recorder()
    logger.addHandler(warnings)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield warnings.messages
    except FatalURLFetchingError as error:
        warnings.messages.append(str(error))
    finally:
        logger.removeHandler(warnings)
        logger.propagate = propagate


def print_error(warnings: Iterable[str], source: str) -> BuildError:
    """Return the error for *warnings* about the file *source*."""
    return BuildError(*(Problem(source, 0, "print", warning) for warning in sorted(set(warnings))))
