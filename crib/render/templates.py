"""The Jinja environment, and the words that templates put around answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError

from crib.engine.cache import digest
from crib.home import own_folder
from crib.problems import BuildError, ContentError, CribError, Problem, Report
from crib.source.settings import read_settings
from crib.source.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import stat_result

    from crib.model import Book

Labels = dict[str, Any]


@dataclass(frozen=True)
class Templates:
    """The user's templates before ours, file by file; plain data, of use in any process.

    user_folder  the user's, if there is one
    digest       of all that a job uses of them (see `only`)
    """

    user_folder: Path | None = None
    digest: str = ""

    def only(self, *names: str) -> Templates:
        """Return the templates with a digest of the folders *names* and of the files beside those."""
        paths = [path for folder in self.folders for path in _files(folder, names)]
        return replace(self, digest=digest(repr([_file_digest(path, path.stat()) for path in paths]).encode()).hex())

    @property
    def folders(self) -> list[Path]:
        """Where they lie, those first that come before others."""
        return [self.user_folder, own_folder()] if self.user_folder else [own_folder()]

    @property
    def _environment(self) -> Environment:
        return _environment(tuple(self.folders))

    def render(self, name: str, **values: object) -> str:
        """Return the template *name* filled with *values*. Raises BuildError."""
        try:
            return self._environment.get_template(name).render(**values)
        except CribError:
            raise
        except Exception as error:  # noqa: BLE001 - a template may do whatever Python can
            told = isinstance(error, (TemplateSyntaxError, UndefinedError))
            what = str(error) if told else f"{type(error).__name__}: {error}"
            raise BuildError(Problem(*self._place(error, name), "template", what)) from None

    def path(self, name: str) -> Path:
        """Return the file *name* of the first folder that has it. Raises BuildError."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise BuildError(f"no template is called {name}")

    def labels(self, book: Book) -> Labels:
        """Return our words in the language of *book*. Raises ContentError where any is missing."""
        for language in (book.language, book.language.partition("-")[0]):
            for folder in self.folders:
                if (path := folder / "labels" / f"{language}.yaml").exists():
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
        """Return file and line of the template that *error* comes from, while *name* was filled."""
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


def _file_digest(path: Path, seen: stat_result) -> tuple[str, str]:
    """Return the path and the digest of a file; one that seems not to have changed is not read again."""
    return str(path), _digest_at(path, seen.st_mtime_ns, seen.st_size)


@cache
def _digest_at(path: Path, *seen: int) -> str:
    del seen
    return digest(path.read_bytes()).hex()


class _Loader(FileSystemLoader):
    """Notices, too, that a file has come which replaces one of a later folder."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            source, filename, is_current = super().get_source(environment, template)
        except TemplateNotFound:
            raise TemplateNotFound(template) from None  # without all the folders it is not in
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
def _read_labels(path: Path, *seen: int) -> Labels:
    """Return the words in *path*; they must be the same, in their own language, as the English ones."""
    del seen
    report = Report(str(path))
    english = read_settings((own_folder() / "labels/en.yaml").read_text(encoding="utf-8"), {}, report)
    text = read_text(path, report)
    labels = read_settings(text, _like(english), report) if text is not None else {}
    if report.problems:
        raise ContentError(report.problems)
    return labels


def _like(english: object) -> Labels:
    """Return the JSON schema of words that stand in the place of the *english* ones."""
    if isinstance(english, dict):
        return {
            "description": f"several words: {', '.join(english)}",
            "type": "object",
            "required": list(english),
            "additionalProperties": False,
            "properties": {name: _like(words) for name, words in english.items()},
        }
    if isinstance(english, list):
        return {"description": "a list of paragraphs", "type": "array", "items": _like(english[0])}
    return {"description": f"in English: {english}", "type": "string", "minLength": 1}


def _line_of_language(path: Path) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith("language")), 1)
