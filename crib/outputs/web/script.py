"""Bundle the script of the study page: its modules joined into one, since an offline page cannot import any."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crib.render.templates import Templates

_FIRST = "main"
_IMPORT = re.compile(r'^import (\{ .* \}) from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|//.*?$)\n", re.MULTILINE | re.DOTALL)
_SPACE = re.compile(r"^\s+", re.MULTILINE)


def joined_script(templates: Templates) -> str:
    """Return all modules as one script, each a function called after its imports. Raises BuildError."""
    joined: dict[str, str] = {}
    _join(_FIRST, templates, joined)
    return "".join(joined.values())


def source_hash(text: str) -> str:
    """Return the Content-Security-Policy hash for *text*, a script or a style sheet."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _join(name: str, templates: Templates, joined: dict[str, str]) -> None:
    source = templates.path(f"web/{name}.js").read_text(encoding="utf-8")
    for _, other in _IMPORT.findall(source):
        if other not in joined:
            _join(other, templates, joined)
    names = ", ".join(name for _, name in _EXPORT.findall(source))
    body = _IMPORT.sub(r"const \1 = \2_js;", _EXPORT.sub(r"\1", _COMMENT.sub("", source)))
    joined[name] = f"const {name}_js = (() => {{\n{_SPACE.sub('', body)}return {{ {names} }};\n}})();\n"
