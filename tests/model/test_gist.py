"""Answers without a gist: a short answer is its own, of a long one the first part is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.model.gist import LINES, with_body, with_gist
from crib.model.text_length import lines_of
from crib.model.tree import find_all, plain
from crib.source import read_book
from tests.conftest import MakeBook, write_book

if TYPE_CHECKING:
    from crib.model import Answer

DISK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
SENTENCE = "A sentence of some words stands here."
LONG = " ".join([SENTENCE] * 30)
HAN = "語" * 150 + "。"
FORMULA = r"$$J(\theta)=\frac{1}{m}\sum_{i=1}^m (h(x_i)-y_i)^2$$"
SHORT = {
    "a line": "One line.",
    "two paragraphs": f"{SENTENCE}\n\n{SENTENCE}",
    "nine items": "\n".join(f"- item {i}" for i in range(9)),
    "nine lines of code": "```\n" + "\n".join("x" * 9) + "\n```",
    "a formula": FORMULA,
    "a picture and a line": f'![A disk](disk.svg "A disk")\n\n{SENTENCE}',
    "a table": "| a | b |\n|--|--|\n" + "| c | d |\n" * 8,
    "a term": "A [word]{.term} of the index.",
}
FIRST = {
    "a paragraph": (LONG, " ".join([SENTENCE] * 10)),
    "a paragraph, then another": (f"{SENTENCE} {SENTENCE}\n\n{LONG}", f"{SENTENCE} {SENTENCE}"),
    "no full stop": ("word " * 300, "word " * 79 + "word …"),
    "emphasis": (f"*{LONG}*", " ".join([SENTENCE] * 10)),
    "a word in bold": (f"**{'word ' * 300}**x".replace(" **x", "**"), "word " * 79 + "word …"),
    "abbreviations": (f"{'as in Fig. 3, e.g. in J. R. Smith ' * 12}end. {LONG}", None),
    "letters without spaces": (
        "語" * 150 + "。" + "語" * 150 + "。" + "語" * 300,
        "語" * 150 + "。" + "語" * 150 + "。",
    ),
    "a short word first": (f"Yes.\n\n{LONG}", "Yes." + " ".join([SENTENCE] * 9)),
    "a bold line first": (
        f"**Short answer:**\n\n{SENTENCE} {SENTENCE}\n\n{LONG}",
        f"Short answer:{SENTENCE} {SENTENCE}",
    ),
    "a colon first": (f"{SENTENCE} {SENTENCE[:-1]}:\n\n- one\n- two\n\n{LONG}", f"{SENTENCE} {SENTENCE[:-1]}:onetwo"),
    "a formula first": (f"{FORMULA}\n\n{SENTENCE}\n\n{LONG}", None),
    "forty items": ("\n".join(f"- item {i}" for i in range(40)), "".join(f"item {i}" for i in range(8))),
    "an item of many lines": (f"1. {LONG}\n2. two", " ".join([SENTENCE] * 10)),
    "sixty rows": ("| a | b |\n|--|--|\n" + "".join(f"| r{i} | v |\n" for i in range(60)), None),
    "sixty lines of code": ("```python\n" + "\n".join(f"x = {i}" for i in range(60)) + "\n```", None),
    "definitions": ("\n\n".join(f"Word {i}\n\n:   Its meaning." for i in range(9)), None),
    "a quotation": (f"> {LONG}", " ".join([SENTENCE] * 10)),
    "a tip": (f"::: tip\n{LONG}\n:::", " ".join([SENTENCE] * 10)),
    "a folded block": (f"<details><summary>More</summary>\n\n{LONG}\n\n</details>", "More" + " ".join([SENTENCE] * 7)),
    "a picture": (f'![A disk](disk.svg "A disk")\n\n{LONG}', None),
    "a practice block": ("A short answer.\n\n::: practice\nNot quite.\n:::", "A short answer."),
    "a note": ("A short answer.[^1]\n\n[^1]: It has a note.", "A short answer."),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Return an answer with each of the texts above as its body."""
    texts = {**SHORT, **{name: text for name, (text, _) in FIRST.items()}}
    keys = {name: name.replace(" ", "-").replace(",", "") for name in texts}
    chapter = "\n\n".join(f"## {name}? {{#{keys[name]}}}\n\n{text}" for name, text in texts.items())
    reading = read_book(write_book(tmp_path_factory.mktemp("gists"), chapter, **{"disk.svg": DISK}))
    assert reading.problems == ()
    return dict(zip(texts, reading.book.answers, strict=True))


@pytest.mark.parametrize("name", SHORT)
def test_a_short_answer_is_its_own_gist(answers: dict[str, Answer], name: str) -> None:
    """It moves there unchanged, with its pictures, so nothing of it is printed twice."""
    answer, gist = answers[name], with_gist(answers[name])
    assert plain(gist.gist) == plain(answer.body)
    assert (gist.body, gist.abridged) == ([], False)
    assert [picture.target for picture in gist.only("gist").pictures] == [each.target for each in answer.pictures]
    assert not list(find_all(gist.gist, "Span"))


@pytest.mark.parametrize("name", FIRST)
def test_of_a_long_answer_the_first_part_is_the_gist(answers: dict[str, Answer], name: str) -> None:
    """It is the beginning of the text, cuts no formula or word, and leaves room for an arrow."""
    answer, gist = answers[name], with_gist(answers[name])
    expected = FIRST[name][1]
    assert gist.abridged
    assert gist.body == answer.body
    assert 0 < lines_of(gist.gist) <= LINES + 1
    assert plain(answer.body).startswith(plain(gist.gist).removesuffix(" …"))
    assert expected is None or plain(gist.gist) == expected
    formulas = [each["c"] for each in find_all(answer.body, "Math")]
    assert [each["c"] for each in find_all(gist.gist, "Math")] == formulas
    assert not list(find_all(gist.gist, "Note"))
    assert [picture.target for picture in gist.only("gist").pictures] == [each.target for each in answer.pictures]
    assert all("line" in each for each in find_all(gist.gist, "Str"))


def test_no_sentence_ends_at_an_abbreviation(answers: dict[str, Answer]) -> None:
    """The next characters decide: a number, a small letter, another initial."""
    text = plain(with_gist(answers["abbreviations"]).gist)
    assert text.endswith((" …", "end."))


def test_a_written_gist_stays(make_book: MakeBook) -> None:
    """A written gist stays, even without a body: then whole answers print the gist."""
    chapter = "## A? {#a}\n\n::: gist\nIn short.\n:::\n\nAt length.\n\n## B? {#b}\n\n::: gist\nAll of it.\n:::\n"
    both, alone = read_book(make_book(chapter)).book.answers
    assert (with_gist(both), with_body(both)) == (both, both)
    assert with_gist(alone) == alone
    assert (plain(with_body(alone).body), with_body(alone).gist) == ("All of it.", [])
