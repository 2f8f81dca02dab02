"""Read settings: YAML with line numbers, validated against a JSON schema.

Only numbers, true, false and null are parsed as such (YAML 1.2's core schema, without its rarer
spellings); `no` and `2026-11-22` stay text.
"""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from crib.problems import Report, short
from crib.source.text_file import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jsonschema import ValidationError

    from crib.model.elements import Json
    from crib.problem_codes import Code

Settings = dict[str, Any]

_YAML_TAG = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    """YAML loader with the core schema of YAML 1.2: words such as `no`, and dates, stay text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML asks for it

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose the next node. Raises MarkedYAMLError for an alias, a tag or a control character.

        Nested aliases may expand without end, and tags may construct any type.
        """
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _unneeded(event, f"an alias (*{event.anchor})", "write its value out")
        if getattr(event, "tag", None):
            raise _unneeded(event, f"a tag ({event.tag.replace(_YAML_TAG, '!!')})", 'write text between "quotes"')
        if isinstance(event, yaml.ScalarEvent) and (match := CONTROL.search(event.value)):
            raise _unneeded(event, f"the character U+{ord(match[0]):04X}", "delete it")
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"0|-?[1-9][0-9]*", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("null", r"null|~|", ["n", "~", ""]),
):
    _Loader.add_implicit_resolver(f"{_YAML_TAG}{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _unneeded(event: yaml.Event, what: str, hint: str) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark
    return yaml.MarkedYAMLError(problem=f"{what} is not allowed in settings", problem_mark=mark, note=hint)


def read_settings(text: str, schema: str | Settings, report: Report) -> Settings:
    """Return the settings in *text* that conform to *schema* (a file of `schema/`, or its contents).

    Other settings are reported with their line and left out.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "not YAML"
        hint = error.note or 'put quotes around values that contain ":" or "#"'
        report.add(mark.line + 1 if mark else 1, "yaml", what, hint)
        return {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        report.add(1, "yaml", " ".join(str(error).split()) or "the settings are nested too deep", "flatten them")
        return {}
    if node is None:
        return {}
    if not isinstance(data, dict):
        report.add(1, "yaml", "the file does not contain settings", "write one `name: value` per line")
        return {}
    lines = dict(_lines(node, (), report))
    return check_settings(_with_text_keys(data), schema, lines, report)


def line_of(text: str, *path: str) -> int:
    """Return the line of the setting at *path* in *text*, which is valid YAML; 1 if it is missing."""
    node: Any = _Loader(text).get_single_node()
    return _line(path, dict(_lines(node, (), Report("")))) if node else 1


def check_settings(
    data: Settings, schema: str | Settings, lines: dict[tuple[str, ...], int], report: Report
) -> Settings:
    """Return the settings in *data* that conform to *schema*; report the others.

    *lines* maps the path of each setting to its line; a missing path counts as its parent's.
    """
    validator = _validator(schema) if isinstance(schema, str) else Draft202012Validator(schema)
    refused = set()
    problems = (
        problem
        for error in validator.iter_errors(data)
        for problem in _explain(error, tuple(str(step) for step in error.absolute_path))
    )
    for bad, code, text, hint in dict.fromkeys(problems):  # two missing settings are two errors, each with both
        report.add(_line(bad, lines), code, text, hint)
        refused.add(bad[0] if bad else "")
    return {key: value for key, value in data.items() if key not in refused}


@cache
def _validator(schema: str) -> Draft202012Validator:
    text = (files(__package__) / "schema" / f"{schema}.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def _lines(node: yaml.Node, path: tuple[str, ...], report: Report) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the path and line of each setting below *node*; report duplicates."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        names = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in names:
                report.add(line, "duplicate-key", f"`{name}` is given twice", "keep one of them")
            names.add(name)
            yield from _lines(value, (*path, name), report)
            yield (*path, name), line
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            yield from _lines(item, (*path, str(i)), report)


def _line(path: Sequence[str], lines: dict[tuple[str, ...], int]) -> int:
    while path and tuple(path) not in lines:
        path = path[:-1]
    return lines.get(tuple(path), 1)


def _with_text_keys(value: Json) -> Json:
    """Return *value* with text keys, as in JSON; in YAML they may be numbers."""
    if isinstance(value, dict):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    return [_with_text_keys(item) for item in value] if isinstance(value, list) else value


def _explain(error: ValidationError, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Code, str, str]]:
    """Yield path, code, text and hint of each problem in *error*."""
    schema: Any = error.schema
    name = ".".join(path)
    properties, value = schema.get("properties", {}), cast("Any", error.instance)
    if error.validator == "additionalProperties":
        for key in sorted(set(value) - set(properties)):
            near = get_close_matches(key, properties, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"use one of: {', '.join(properties)}"
            yield (*path, key), "unknown-key", f"`{key}` is not a known setting", hint
    elif error.validator == "required":
        for key in sorted(set(schema["required"]) - set(value)):
            yield (*path, key), "missing-key", f"`{key}` is missing", f"add `{key}`: {properties[key]['description']}"
    elif "propertyNames" in error.absolute_schema_path:
        yield (*path, value), "wrong-value", f"`{value}` is not a valid name here", schema["description"]
    elif error.validator == "maxLength":
        hint = f"shorten it: `{name}` must be {schema['description']}"
        yield path, "too-long", f"`{name}` has more than {schema['maxLength']:,} characters", hint
    else:
        text = short(json.dumps(value, ensure_ascii=False))
        hint = f"`{name}` must be {schema['description']}"
        yield path, "wrong-value", f"`{name}` cannot be {text}", hint
