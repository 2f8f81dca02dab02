"""The Jinja environment, and the words that templates put around answers."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError

from crib.problems import BuildError, ContentError, Problem

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
        except TemplateError as error:
            place = f"{getattr(error, 'filename', None) or name}:{getattr(error, 'lineno', None) or 1}"
            raise BuildError(f"{place}: error[template]: {error}") from None

    def path(self, name: str) -> Path:
        """Return the file *name* of the first folder that has it. Raises BuildError."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise BuildError(f"no template is called {name}")

    def labels(self, book: Book) -> Labels:
        """Return our words in the language of *book*. Raises ContentError where we have none."""
        for language in (book.language, book.language.partition("-")[0]):
            for folder in self.folders:
                if (path := folder / "labels" / f"{language}.yaml").is_file():
                    labels: Labels = yaml.safe_load(path.read_text(encoding="utf-8"))
                    return labels
        raise ContentError(
            [
                Problem(
                    str(book.folder / "book.yaml"),
                    1,
                    "labels",
                    f"there are no labels in the language `{book.language}`",
                    f"copy labels/en.yaml to labels/{book.language}.yaml in a folder for --templates, and translate it",
                )
            ]
        )
