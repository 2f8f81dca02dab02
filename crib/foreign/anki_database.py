"""Open Anki's database for reading.

The database is untrusted: only plain tables are read, and for a limited time.
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
"""Virtual machine instructions of SQLite between two checks of the time limit."""

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_DAMAGED = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


@contextmanager
def open_database(path: Path, tables: Collection[str]) -> Iterator[sqlite3.Connection]:
    """Yield a connection to read *tables* of the database at *path*, a private copy.

    Raises ValueError, also for errors inside the `with` block.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            _guard(connection, tables)
            yield connection
    except _DAMAGED as error:
        raise ValueError(str(error)) from None


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Return True if the database has a table *name*."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall())


def _guard(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    """Restrict *connection* to reading plain *tables*. Raises ValueError if one of them is not plain."""
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
            raise ValueError(f"{name} is not a plain table")
        if any(column[6] for column in connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,))):
            raise ValueError(f"{name} has computed columns")
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)


def _unicase(one: str, other: str) -> int:
    """Compare without case, like Anki's collation of this name."""
    return (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())
