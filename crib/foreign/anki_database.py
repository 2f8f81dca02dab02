"""Anki's database, opened to be read.

The database is a stranger's: only plain tables are read, and for a limited time.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from crib import limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_INSTRUCTIONS = 100_000
"""Instructions of the database between two looks at the clock."""

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_DAMAGED = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


@contextmanager
def open_database(path: Path, tables: Collection[str]) -> Iterator[sqlite3.Connection]:
    """Yield a connection that can read *tables* of the database at *path*, in a folder of ours.

    Raises ValueError, also for whatever goes wrong inside the `with` block.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            _guard(connection, tables)
            yield connection
    except _DAMAGED as error:
        raise ValueError(str(error)) from None


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Tell whether the database has a table *name*."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall())


def _guard(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    """Let *connection* read plain *tables* only. Raises ValueError for others in their place."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    deadline = monotonic() + limits.IMPORT_DATABASE_SECONDS
    if sys.version_info >= (3, 11):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.IMPORT_VALUE_BYTES)
    connection.set_progress_handler(lambda: monotonic() > deadline, _INSTRUCTIONS)
    connection.create_collation("unicase", _unicase)
    connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
    for name, kind, sql in connection.execute("SELECT name, type, sql FROM sqlite_master").fetchall():
        if str(name).casefold() not in tables:
            continue
        if kind != "table" or str(sql).split()[1:2] != ["TABLE"]:
            raise ValueError(f"{name} is no plain table")
        if any(column[6] for column in connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,))):
            raise ValueError(f"{name} has columns that are computed")
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)


def _unicase(left: str, right: str) -> int:
    """Compare as Anki does, without case."""
    return (left.casefold() > right.casefold()) - (left.casefold() < right.casefold())
