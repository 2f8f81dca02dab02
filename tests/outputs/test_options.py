"""Options of outputs on the command line: their defaults and limits."""

from __future__ import annotations

from typing import Any

import click
import pytest

from crib.options import all_of
from crib.outputs.registry import outputs

DEFAULTS: dict[str, dict[str, Any]] = {
    "cards": {"flip": "long", "dx": 0, "dy": 0},
    "quiz": {"key": "end", "papers": 1, "seed": 0, "count": None},
    "sheets": {"pages": None},
}
PARAMETERS = {"fill": "pages"}
"""Parameters with other names than their options."""


def parsed(output: str, *arguments: str) -> dict[str, Any]:
    """Return the values of the options of *output*. Raises click.UsageError."""
    command = all_of(lambda **values: values, outputs()[output].options)
    context = click.command()(command).make_context(output, list(arguments))
    return {name: value for name, value in context.params.items() if name in DEFAULTS[output]}


@pytest.mark.parametrize("output", DEFAULTS)
def test_defaults(output: str) -> None:
    """Without options: one quiz with all questions and its key, cards in place, as few pages as there can be."""
    assert parsed(output) == DEFAULTS[output]


@pytest.mark.parametrize(
    ("output", "option", "least", "most"),
    [
        ("cards", "dx", -5, 5),
        ("cards", "dy", -5, 5),
        ("quiz", "papers", 1, 26),
        ("quiz", "count", 1, None),
        ("sheets", "fill", 1, None),
    ],
)
def test_limits(output: str, option: str, least: int, most: int | None) -> None:
    """The smallest and the largest value are accepted; values beyond them are refused."""
    for value in (least, 10_000 if most is None else most):
        assert parsed(output, f"--{option}", str(value))[PARAMETERS.get(option, option)] == value
    for value in [least - 1] if most is None else [least - 1, most + 1]:
        with pytest.raises(click.BadParameter, match="is not in the range"):
            parsed(output, f"--{option}", str(value))
