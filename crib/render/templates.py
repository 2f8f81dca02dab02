"""The Jinja environment, and the words that templates put around answers."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError, UndefinedError

from crib.problems import BuildError, ContentError, CribError, Problem, Report
from crib.source.settings import read_settings
from crib.source.text import read_text

if TYPE_CHECKING:
    from crib.model import Book

Labels = dict[str, Any]


@cache
def own_folder() -> Path:
    """Return the folder of Crib's own templates: beside the package, or in it once installed."""
    installed = Path(str(files("crib"))) / "templates"
    return installed if installed.is_dir() else installed.parent.parent / "templates"


class Templates:
    """The user's templates before ours, file by file."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look into *folder* first, if there is one."""
        self.user_folder = folder
        self.folders = [folder, own_folder()] if folder else [own_folder()]
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self.folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(self, name: str, **values: object) -> str:
        """Return the template *name* filled with *values*. Raises BuildError."""
        try:
            return self._environment.get_template(name).render(**values)
        except CribError:
            raise
        except Exception as error:  # noqa: BLE001 - a template may do whatever Python can
            told = isinstance(error, (TemplateSyntaxError, UndefinedError))
            what = str(error) if told else f"{type(error).__name__}: {error}"
            raise BuildError(f"{self._place(error, name)}: error[template]: {what}") from None

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
                    return _read_labels(path)
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

    def _place(self, error: Exception, name: str) -> str:
        """Return file and line of the template that *error* comes from, while *name* was filled."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or name}:{error.lineno}"
        frames = [
            frame
            for frame in extract_tb(error.__traceback__)
            if any(Path(frame.filename).is_relative_to(folder) for folder in self.folders)
        ]
        return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else f"{self.path(name)}:1"


@cache
def _read_labels(path: Path) -> Labels:
    """Return the words in *path*; they must be the same, in their own language, as the English ones."""
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
