"""Problems as they are printed on a terminal."""

from __future__ import annotations

import pytest

from crib.problems import BuildError, Problem

STEERING = [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F)]


@pytest.mark.parametrize("code", [*STEERING, *range(0x2066, 0x206A)], ids=hex)
def test_no_character_steers_the_terminal(code: int) -> None:
    """Neither in texts, hints and file names, nor in errors of words alone."""
    character = chr(code)
    shown = str(Problem(f"a{character}b.md", 3, "math", f"c{character}d", f"e{character}f"))
    assert character not in shown
    assert shown.count(f"\\u{code:04x}") == 3
    assert character not in str(BuildError(f"{character}[31mred"))


def test_what_a_terminal_shows_stays() -> None:
    """Letters of every script, tabs, and the lines of a message."""
    shown = "é\tß 漢字 العربية 🦉"
    assert str(Problem("ä.md", 1, "math", shown, "one\ntwo")) == f"ä.md:1: error[math]: {shown}\n  hint: one\ntwo"
    assert str(Problem("a\nb.md", 1, "math", "y")) == "a\\nb.md:1: error[math]: y"
