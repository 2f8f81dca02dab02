"""Jinja templates, style sheets and labels; files in the user's folder override Crib's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.meta import find_referenced_templates

from crib.engine.cache import digest
from crib.home import own_folder
from crib.problems import BuildError, ContentError, CribError, Problem, Report
from crib.source.settings import read_settings
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from os import stat_result

    from crib.model import Book

Labels = dict[str, Any]


@dataclass(frozen=True)
class Templates:
    """Template folders, as plain data for any process.

    user_folder  the folder given with --templates; its files override Crib's
    digest       digest of a job's templates (see `only`), part of its cache key
    """

    user_folder: Path | None = None
    digest: str = ""

    def only(self, *names: str) -> Templates:
        """Return a copy with the digest of the top-level files and of the folders *names*."""
        paths = [path for folder in self.folders for path in _files(folder, names)]
        return replace(self, digest=digest(repr([_file_digest(path, path.stat()) for path in paths]).encode()).hex())

    @property
    def folders(self) -> list[Path]:
        """The folders in search order."""
        return [self.user_folder, own_folder()] if self.user_folder else [own_folder()]

    @property
    def _environment(self) -> Environment:
        return _environment(tuple(self.folders))

    def render(self, name: str, **values: object) -> str:
        """Render the template *name* with *values*. Raises BuildError with file and line of the template."""
        try:
            return self._environment.get_template(name).render(**values)
        except CribError:
            raise
        except Exception as error:  # noqa: BLE001 - a template can run any Python
            by_jinja = isinstance(error, (TemplateSyntaxError, UndefinedError))
            message = str(error) if by_jinja else f"{type(error).__name__}: {error}"
            raise BuildError(Problem(*self._place(error, name), "template", message)) from None

    def path(self, name: str) -> Path:
        """Return the path of the file *name* in the first folder that has it. Raises BuildError if none does."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise BuildError(f"there is no template {name}")

    def blamed(self, *names: str) -> Path:
        """Return the first of the user's templates among *names* and all they include, else Crib's own.

        Raises BuildError.
        """
        queue = list(names)
        for name in queue:  # grows meanwhile
            path = self.path(name)
            if self.user_folder and path.is_relative_to(self.user_folder):
                return path
            parsed = self._environment.parse(path.read_text(encoding="utf-8"))
            queue += [include for include in find_referenced_templates(parsed) if include and include not in queue]
        return self.path(names[0])

    def labels_path(self, language: str) -> Path | None:
        """Return the labels file for *language*, None if there is none."""
        names = (f"labels/{name}.yaml" for name in (language, language.partition("-")[0]))
        return next((path for name in names for folder in self.folders if (path := folder / name).exists()), None)

    def labels(self, book: Book) -> Labels:
        """Return the labels in the language of *book*. Raises ContentError if labels are missing."""
        if path := self.labels_path(book.language):
            return _read_labels(path, path.stat().st_mtime_ns)
        raise ContentError(
            [
                Problem(
                    str(book.folder / "book.yaml"),
                    _line_of_language(book.folder / "book.yaml"),
                    "labels",
                    f"there are no labels in the language `{book.language}`",
                    f"copy labels/en.yaml to labels/{book.language}.yaml in a folder for --templates, and translate it",
                )
            ]
        )

    def _place(self, error: Exception, name: str) -> tuple[str, int]:
        """Return the file and line of the template that raised *error*, while rendering *name*."""
        if isinstance(error, TemplateSyntaxError):
            return str(error.filename or name), error.lineno
        frames = [
            frame
            for frame in extract_tb(error.__traceback__)
            if any(Path(frame.filename).is_relative_to(folder) for folder in self.folders)
        ]
        return (frames[-1].filename, frames[-1].lineno or 1) if frames else (str(self.path(name)), 1)


def _files(folder: Path, names: Iterable[str]) -> list[Path]:
    beside = [path for path in sorted(folder.glob("*")) if path.is_file()]
    return beside + [path for name in names for path in sorted((folder / name).rglob("*")) if path.is_file()]


def _file_digest(path: Path, status: stat_result) -> tuple[str, str]:
    """Return path and digest of a file, reading it again only after its size or modification time changed."""
    return str(path), _digest_at(path, status.st_mtime_ns, status.st_size)


@cache
def _digest_at(path: Path, *version: int) -> str:
    del version
    return digest(path.read_bytes()).hex()


class _Loader(FileSystemLoader):
    """Reloads a template also after a file in an earlier folder begins to override it."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            source, filename, is_current = super().get_source(environment, template)
        except TemplateNotFound:
            raise TemplateNotFound(template) from None  # Jinja's own message lists all folders
        paths = (Path(folder, template) for folder in self.searchpath)
        earlier = list(takewhile(lambda path: path != Path(filename), paths))
        return source, filename, lambda: is_current() and not any(path.is_file() for path in earlier)


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    return Environment(
        loader=_Loader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _read_labels(path: Path, *version: int) -> Labels:
    """Return the labels in the file *path*. Raises ContentError unless it has the keys of `labels/en.yaml`."""
    del version
    report = Report(str(path))
    english = read_settings((own_folder() / "labels/en.yaml").read_text(encoding="utf-8"), {}, report)
    text = read_text(path, report)
    labels = read_settings(text, _like(english), report) if text is not None else {}
    if report.problems:
        raise ContentError(report.problems)
    return labels


def all_words(labels: object) -> Iterator[str]:
    """Yield all texts in *labels*."""
    if isinstance(labels, str):
        yield labels
    elif isinstance(labels, (dict, list)):
        for part in labels.values() if isinstance(labels, dict) else labels:
            yield from all_words(part)


def _like(english: object) -> Labels:
    """Return a JSON schema for labels with the structure of *english*."""
    if isinstance(english, dict):
        return {
            "description": f"a group of labels: {', '.join(english)}",
            "type": "object",
            "required": list(english),
            "additionalProperties": False,
            "properties": {name: _like(words) for name, words in english.items()},
        }
    if isinstance(english, list):
        return {"description": "a list of paragraphs", "type": "array", "items": _like(english[0])}
    return {"description": f"the translation of “{english}”", "type": "string", "minLength": 1}


def _line_of_language(path: Path) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith("language")), 1)
