"""Columns of multiple-choice questions in a table: one for each option, and one for the right ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = "options?|choices?|answers?|alternatives?|réponses?|antwort(?:en)?|opción|opciones|respuestas?|respostas?"
_OPTION = re.compile(rf"(?:(?:{_WORD})[\s_#.-]*)?\(?([a-h]|[1-8])\)?", re.IGNORECASE)
_WRONG = re.compile(rf"(?:wrong|incorrect|false|distractors?)[\s_-]*(?:{_WORD})?[\s_#.-]*\d*", re.IGNORECASE)
_KEY = re.compile(
    rf"(?:correct|right|richtige?|correcta?)(?:[\s_-]*(?:{_WORD}|letters?|index))?|(?:answer|solution)[\s_-]*(?:key)?|key",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[,;/|&+]|\band\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class OptionColumns:
    """The columns of options by letter or number, of wrong options, and of the right ones (`key`)."""

    options: dict[str, int]
    wrong: tuple[int, ...]
    key: int

    @property
    def all(self) -> set[int]:
        """All of these columns."""
        return {*self.options.values(), *self.wrong, self.key}

    def choices(self, row: Sequence[str]) -> tuple[tuple[str, bool], ...]:
        """Return the options of a *row*, each with True if it is right; empty without two options or a right one."""
        key = _cell(row, self.key)
        options = {name: text for name, at in self.options.items() if (text := _cell(row, at))}
        right = _named(key, options)
        choices = [(text, name in right) for name, text in options.items()]
        if not options and key:
            choices = [(key, True), *((text, False) for at in self.wrong if (text := _cell(row, at)))]
        return tuple(choices) if len(choices) > 1 and any(is_right for _, is_right in choices) else ()


def option_columns(names: Sequence[str]) -> OptionColumns | None:
    """Return the columns of options among those with *names*; None without multiple-choice questions."""
    options = {match[1].casefold(): at for at, name in enumerate(names) if (match := _OPTION.fullmatch(name.strip()))}
    wrong = tuple(at for at, name in enumerate(names) if _WRONG.fullmatch(name.strip()))
    keys = [at for at, name in enumerate(names) if _KEY.fullmatch(name.strip()) and at not in options.values()]
    if not keys or not (len(options) > 1 or wrong):
        return None
    return OptionColumns(options if len(options) > 1 else {}, wrong, keys[0])


def _named(key: str, options: dict[str, str]) -> set[str]:
    """Return the names of the *options* in *key*: by letter, by number, or by their text."""
    names = list(options)
    by_text = {name for name, text in options.items() if text.casefold() == key.casefold()}
    parts = [part.strip(" ().").casefold() for part in _BETWEEN.split(key) if part]
    parts = [match[1].casefold() if (match := _OPTION.fullmatch(part)) else part for part in parts]
    if len(parts) == 1 and set(parts[0]) <= set(options):  # letters without anything between them, such as AC
        parts = list(parts[0])
    if by_text or not parts:
        return by_text
    if all(part in options for part in parts):
        return set(parts)
    if all(part.isdecimal() and 1 <= int(part) <= len(names) for part in parts):
        return {names[int(part) - 1] for part in parts}
    letters = list("abcdefgh"[: len(names)])
    return {names[letters.index(part)] for part in parts} if all(part in letters for part in parts) else set()


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""
