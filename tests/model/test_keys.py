"""Keys made from text are valid, short, and the same every time."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crib.model.keys import MOST, slug, unique_keys

VALID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Why do you scale features?", "why-do-you-scale-features"),
        ("What's a DAG, and why isn't it a tree?", "whats-a-dag-and-why-isnt-it-a-tree"),
        ("Qu’est-ce que l’étendue ?", "qu-est-ce-que-l-etendue"),
        ("Größe, Straße, Łódź, Ærø", "grosse-strasse-lodz-aero"),
        (r"What is \alpha_2?", "what-is-alpha-2"),
        ("x² in ﬁgures", "x2-in-figures"),
        ("猫", "key-a810bf84"),
        ("🐈?", "key-7f0029e9"),
        ("Что такое B-дерево?", "b-afddb8df"),
        ("", "key-e3b0c442"),
    ],
)
def test_slug(text: str, key: str) -> None:
    """Keys are words of the text; a hash replaces non-ASCII letters."""
    assert slug(text) == key


def test_long_text_is_cut_at_a_word() -> None:
    """A key has whole words, unless a single one is longer."""
    assert slug("word " * 30) == "-".join(["word"] * 12)
    assert slug("w" * 99) == "w" * MOST


def test_other_scripts_have_different_keys() -> None:
    """Words of a vocabulary do not collide."""
    assert len({slug(word) for word in ("猫", "犬", "Ёж", "еж", "قطة", "कुत्ता", "λ", "5 €", "5 ₽")}) == 8


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.text())
def test_every_key_is_valid(text: str) -> None:
    """Keys from any text are valid."""
    key = slug(text)
    assert VALID.fullmatch(key)
    assert len(key) <= MOST


def test_unique_keys() -> None:
    """Numbers avoid written keys, and numbers at the end of a text."""
    assert list(unique_keys(["a", "a", "b", "a-2", "a"], {"b", "a-3"})) == ["a", "a-2", "b-2", "a-2-2", "a-4"]


def test_unique_keys_stay_when_some_are_written() -> None:
    """A writer may fix one file of a book, and then the next."""
    names = ["a", "a", "a-2", "a", "a-2-2", "b"]
    keys = list(unique_keys(names, set()))
    for count in range(len(names)):
        for written in combinations(range(len(names)), count):
            rest = [i for i in range(len(names)) if i not in written]
            taken = {keys[i] for i in written}
            assert list(unique_keys([names[i] for i in rest], taken)) == [keys[i] for i in rest]
