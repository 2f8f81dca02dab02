"""Publication metadata for publishers, shops and libraries: ISBN, series, subjects, contributors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = {
    "editor": "edt",
    "illustrator": "ill",
    "proofreader": "pfr",
    "reviewer": "rev",
    "translator": "trl",
    "contributor": "ctb",
}
"""Roles of contributors, each with its MARC relator code (https://www.loc.gov/marc/relators/)."""


@dataclass(frozen=True)
class Contributor:
    """Someone besides the authors; `role` is one of ROLES."""

    name: str
    role: str

    @property
    def relator(self) -> str:
        """The MARC relator of the role."""
        return ROLES[self.role]


@dataclass(frozen=True)
class Publication:
    """Publication metadata of a book; each field may be empty.

    isbn      an ISBN of 13 digits, without hyphens
    series    the title of its series
    position  its position there, as text
    subjects  subject headings
    site      the address of the book's website, with a slash at the end
    sort      sort keys of names and titles, such as `Lovelace, Ada` for `Ada Lovelace`
    """

    isbn: str = ""
    publisher: str = ""
    series: str = ""
    position: str = ""
    subjects: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    site: str = ""
    sort: Mapping[str, str] = field(default_factory=dict)


UNPUBLISHED = Publication()
"""The metadata of a book without any."""
