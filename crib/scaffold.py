"""Scaffold a new book: settings, a sample chapter with a figure, and files for a repository on GitHub."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from errno import ENOTEMPTY
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import yaml
from markupsafe import Markup

from crib.files import folder, write_new
from crib.model.book_files import BOOK_FILE
from crib.model.keys import slug
from crib.program_name import program_name
from crib.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FILES = {
    "figures/orbit.svg": "figures/orbit.svg",
    ".gitattributes": "gitattributes",
    ".gitignore": "gitignore",
    ".github/workflows/book.yml": "workflow.yml",
}
"""Files common to all new books: path in the book, and path in `templates/new`."""

_CHAPTERS = {"en": "01-the-calendar.md", "fr": "01-le-calendrier.md"}
"""The sample chapter by language; books in other languages get the English one."""

_REPOSITORY = ".git"
_ONE_LINE = 10_000


def scaffold(title: str, language: str, authors: Sequence[str]) -> dict[str, str]:
    """Return the text of each file of a new book, by its path."""
    templates = Templates()
    spoken = language.partition("-")[0]
    spoken = spoken if spoken in _CHAPTERS else "en"
    chapter = _CHAPTERS[spoken]
    paths = {chapter: f"{spoken}/{chapter}", **_FILES}
    texts = {path: templates.path(f"new/{name}").read_text(encoding="utf-8") for path, name in paths.items()}
    return {BOOK_FILE: _settings(templates, title, language, authors), **texts}


def _settings(templates: Templates, title: str, language: str, authors: Sequence[str]) -> str:
    lines = {
        "key": _line("key", slug(title)),
        "title": _line("title", title),
        "authors": f"authors: {_yaml(list(authors))}" if authors else "# authors: [Your Name]",
        "language": _line("language", language),
        "released": f"released: {datetime.now(timezone.utc):%Y-%m-%d}",
        "program": " ".join(program_name().split()),
    }
    return templates.render("new/book.yaml.j2", **{name: Markup(line) for name, line in lines.items()})  # noqa: S704


def _line(name: str, value: str) -> str:
    return _yaml({name: value})


def _yaml(value: dict[str, str] | list[str]) -> str:
    """Return *value* as YAML on one line."""
    is_list = isinstance(value, list)
    return yaml.safe_dump(value, default_flow_style=is_list, allow_unicode=True, width=_ONE_LINE).strip()


def write_scaffold(place: Path, texts: Mapping[str, str]) -> Iterator[str]:
    """Write *texts* into the folder *place*, and yield the relative path of each file; no link is followed.

    The folder may be missing, or contain nothing but a repository. Raises OSError.
    """
    place = Path(os.path.abspath(place))  # noqa: PTH100 - `resolve` would follow links
    place.parent.mkdir(parents=True, exist_ok=True)
    with folder(place.parent, [place.name], create=True) as descriptor:
        if set(os.listdir(descriptor)) - {_REPOSITORY}:  # noqa: PTH208 - of a descriptor
            raise OSError(ENOTEMPTY, "the folder is not empty", str(place))
    for name, text in texts.items():
        path = PurePosixPath(name)
        with folder(place.parent, [place.name, *path.parent.parts], create=True) as descriptor:
            write_new(path.name, descriptor, text.encode())
        yield name
