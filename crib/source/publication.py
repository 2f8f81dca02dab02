"""Read the publisher's metadata of a book from its settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.model.publication import Contributor, Publication
from crib.source.settings import line_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.problems import Report
    from crib.source.settings import Settings


def publication(settings: Settings, tags: Iterable[str]) -> Publication:
    """Return the publisher's metadata in *settings*; by default the *tags* are the subjects."""
    series = settings.get("series", {})
    return Publication(
        isbn=_digits(settings.get("isbn", "")),
        publisher=settings.get("publisher", ""),
        series=series.get("title", ""),
        position=str(series.get("position", "")),
        subjects=tuple(settings.get("subjects") or (tag.replace("-", " ") for tag in tags)),
        contributors=tuple(Contributor(**fields) for fields in settings.get("contributors", ())),
        site=_folder(settings.get("site", "")),
        sort=settings.get("sort", {}),
    )


def check_publication(settings: Settings, text: str, report: Report) -> None:
    """Report an ISBN with a wrong check digit, and sort keys of unknown names; *text* has the settings."""
    if (isbn := settings.get("isbn")) and not _is_isbn(_digits(isbn)):
        problem = f"the last digit of the ISBN {isbn} does not fit the others"
        report.add(line_of(text, "isbn"), "wrong-value", problem, "copy the ISBN again")
        del settings["isbn"]
    names = {settings.get("title"), settings.get("series", {}).get("title"), *settings.get("authors", ())}
    names |= {contributor["name"] for contributor in settings.get("contributors", ())}
    for name in settings.get("sort", {}).keys() - names:
        problem = f"`{name}` is not a title, author or contributor of this book"
        hint = "write it as in the other settings: the name as readers see it, then the form to sort by"
        report.add(line_of(text, "sort", name), "wrong-value", problem, hint)


def _folder(address: str) -> str:
    return f"{address.rstrip('/')}/" if address else ""


def _digits(isbn: str) -> str:
    return re.sub("[- ]", "", isbn)


def _is_isbn(digits: str) -> bool:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
