"""Import Jupyter notebooks: their cells as one Markdown text, code with its output."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crib.importers.documents import SourceDocument
from crib.importers.log import ImportLog
from crib.importers.markdown import front_title, read_blocks, without_front_matter
from crib.importers.recognize import recognize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
_COLORS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the questions in a notebook. Raises CribError."""
    log = ImportLog(source.name)
    files: dict[str, bytes] = {}
    try:
        data = json.loads(source.text)
        cells = data.get("cells") or [cell for sheet in data.get("worksheets", ()) for cell in sheet.get("cells", ())]
        language = _language(data)
        text = "\n\n".join(piece for cell in cells for piece in _cell(cell, language, files))
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
        raise source.problem("notebook", "not a readable notebook") from None
    text, front = without_front_matter(text)
    blocks = _without_lines(read_blocks(text, log, source))
    log.left_out[:] = [piece._replace(line=0) for piece in log.left_out]
    document = SourceDocument(source, blocks, log, title=front_title(front), inner=files.get)
    imported = recognize(document, options.chapter_level)
    return replace(imported, left_out=tuple(piece._replace(line=0) for piece in imported.left_out))


def _language(data: Any) -> str:
    metadata = data.get("metadata", {})
    name = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name") or ""
    return name if re.fullmatch(r"[A-Za-z0-9+#.-]{1,30}", str(name)) else ""


def _cell(cell: Any, language: str, files: dict[str, bytes]) -> Iterator[str]:
    """Yield the Markdown of a *cell*, and of its outputs; put its pictures into *files*."""
    text = _joined(cell.get("source", cell.get("input", "")))
    kind = cell.get("cell_type")
    for name, forms in cell.get("attachments", {}).items():
        for data in forms.values():
            _keep(files, f"attachment:{name}", _joined(data))
    if kind == "markdown":
        yield text
    elif kind == "heading":
        yield f"{'#' * int(cell.get('level', 1))} {text}"
    elif kind == "code" and text.strip():
        yield _fenced(text, language)
        for output in cell.get("outputs", ()):
            yield from _output(output, files)
    elif text.strip():
        yield _fenced(text, "")


def _output(output: Any, files: dict[str, bytes]) -> Iterator[str]:
    data = output.get("data", output)
    for form in _PICTURES:
        if picture := data.get(form):
            name = f"output-{len(files) + 1}"
            if form == "image/svg+xml":
                files[name] = _joined(picture).encode()
            else:
                _keep(files, name, _joined(picture))
            yield f"![Output]({name})"
            return
    text = _joined(output.get("text") or data.get("text/plain") or output.get("traceback") or "")
    if text.strip():
        yield _fenced(_COLORS.sub("", text), "")


def _keep(files: dict[str, bytes], name: str, encoded: str) -> None:
    try:
        files[name] = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(map(str, text))


def _fenced(text: str, language: str) -> str:
    """Return *text* as a code block, with a longer fence than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _without_lines(node: Any) -> Any:
    """Return *node* without lines: those of the joined text mean nothing in the notebook."""
    if isinstance(node, list):
        return [_without_lines(child) for child in node]
    if isinstance(node, dict):
        return {name: 0 if name == "line" else _without_lines(value) for name, value in node.items()}
    return node
