"""The publisher's metadata of a book: read, checked, and optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crib.model.publication import ROLES, Contributor, Publication
from crib.source import read_book
from crib.source.settings import _validator
from tests.conftest import BOOK

if TYPE_CHECKING:
    from tests.conftest import MakeBook

ALL = """\
isbn: 978-3-16-148410-0
publisher: A Publisher
series: {title: A Series, position: 2}
subjects: [one, two words]
contributors:
  - {name: E. Writer, role: editor}
sort:
  A Small Book: Small Book, A
  E. Writer: Writer, E.
"""
LINES = BOOK.count("\n")


def test_all_of_it_is_read(make_book: MakeBook) -> None:
    """Hyphens of the ISBN do not count."""
    reading = read_book(make_book(book=BOOK + ALL))
    assert reading.problems == ()
    assert reading.book.publication == Publication(
        isbn="9783161484100",
        publisher="A Publisher",
        series="A Series",
        position="2",
        subjects=("one", "two words"),
        contributors=(Contributor("E. Writer", "editor"),),
        sort={"A Small Book": "Small Book, A", "E. Writer": "Writer, E."},
    )


def test_subjects_are_tags_by_default(make_book: MakeBook) -> None:
    """Subjects of a book with tags.yaml are the words of its tags; other books have none."""
    assert read_book(make_book()).book.publication == Publication()
    tagged = make_book(**{"tags.yaml": "gradient-descent: going downhill\ntrees: of decisions\n"})
    assert read_book(tagged).book.publication.subjects == ("gradient descent", "trees")


@pytest.mark.parametrize(
    ("settings", "line", "code"),
    [
        ("isbn: 978-3-16-148410-1\n", 1, "wrong-value"),
        ("isbn: 3-16-148410-X\n", 1, "wrong-value"),
        ("publisher: [A]\n", 1, "wrong-value"),
        ("series: A Series\n", 1, "wrong-value"),
        ("series: {title: A, position: first}\n", 1, "wrong-value"),
        ("contributors:\n- {name: E. Writer, role: boss}\n", 2, "wrong-value"),
        ("sort:\n  A Small Book: B\n  E. Writer: Writer, E.\n", 3, "wrong-value"),
    ],
)
def test_wrong_metadata(make_book: MakeBook, settings: str, line: int, code: str) -> None:
    """It is reported at its line, and left out."""
    reading = read_book(make_book(book=BOOK + settings))
    assert [(problem.line, problem.code) for problem in reading.problems] == [(LINES + line, code)]


def test_the_schema_lists_all_roles() -> None:
    """The allowed roles are those with a MARC relator."""
    schema: Any = _validator("book").schema
    assert schema["properties"]["contributors"]["items"]["properties"]["role"]["enum"] == sorted(
        ROLES, key=lambda role: (role == "contributor", role)
    )
