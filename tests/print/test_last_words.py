"""The last words of questions."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from crib.print.last_words import join_last_words


@pytest.mark.parametrize(
    ("question", "joined"),
    [
        ("What does each of them do?", 'What does each of <span class="tail">them do?</span>'),
        ("Which one?", "Which one?"),
        ("How well can you restore the original dimensionality?",) * 2,
        ("What comes of it?", 'What comes <span class="tail">of it?</span>'),
        ("What is a characteristic here?",) * 2,
        ("What does <code>a b</code> do?",) * 2,
        ("Why <em>not ever</em>",) * 2,
        ("なぜですか?",) * 2,
    ],
)
def test_a_short_last_word_is_joined_to_the_one_before(question: str, joined: str) -> None:
    """Two words without markup stay on one line if the last is short and both are not long."""
    assert join_last_words(Markup(question)) == joined
