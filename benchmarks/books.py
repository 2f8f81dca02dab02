"""Generate a book of any size for benchmarks: nonsense in the shape of the shipped book.

    .venv/bin/python -m benchmarks.books 1500 FOLDER

The lengths of questions, gists and answers, and the shares of answers with formulas, code, tables,
pictures, notes, links and so on, are those of the shipped book. The same number of answers and the
same seed give the same files on any machine. A chapter has eight answers, or more if that would need
more than 999 chapters, because chapter numbers have at most three digits.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.random_content import (
    ADJECTIVES,
    NOUNS,
    PLACES,
    Draw,
    clause,
    code,
    display,
    formula,
    picture,
    prose,
    sentence,
    table,
)

USUAL = 8
"""Answers per chapter."""

_MOST_CHAPTERS = 999
_LEVELS = ("recall", "explain", "explain", "derive")

# Characters, at the least, each further sixth, and the most
_QUESTION = (40, 68, 82, 92, 100, 112, 180)
_GIST = (70, 130, 165, 210, 250, 290, 350)
_BODY = (120, 330, 480, 620, 780, 1000, 1900)

_BOOK = """\
key: benchmark-{count}
title: A Book of {count:,} Answers
authors: [The Crib contributors]
language: en-US
license: CC0
description: Made to measure how long a book of this size takes.
released: 2026-11-22
sources:
  elsewhere: {{title: the answers of another book, url: "https://example.org/elsewhere"}}
style:
  gist: {{least: 40, most: 600}}
  question: "?"
"""
_NOTATION = r"""| Symbol | Meaning |
|:--|:--|
| $m$, $n$ | number of instances, of features |
| $\boldsymbol\theta$ | parameters of a model |
"""


@dataclass(frozen=True)
class Plan:
    """A book to generate: the number of its answers, and the seed."""

    count: int
    seed: int

    @property
    def each(self) -> int:
        """The number of answers per chapter."""
        return max(USUAL, ceil(self.count / _MOST_CHAPTERS))

    def draw(self, what: str, number: int) -> Draw:
        """Return a separate random generator for one thing, to keep it the same in books of other sizes."""
        return Draw(f"{self.seed} {what} {number}")

    def near(self, number: int, draw: Draw) -> str:
        """Return the key of another answer, at most four chapters away."""
        away = draw.number(1, 4 * self.each) * draw.one((-1, 1))
        return key((number + away) % self.count)


def key(number: int) -> str:
    """Return the key of the answer *number*, counted from 0 through the book."""
    return f"{ADJECTIVES[number * 7 % len(ADJECTIVES)]}-{NOUNS[number % len(NOUNS)]}-{number}"


def write_book(folder: Path, count: int, seed: int = 0) -> None:
    """Write a book of *count* answers into *folder*. Raises OSError."""
    plan = Plan(count, seed)
    (folder / "figures").mkdir(parents=True)
    files = {
        "book.yaml": _BOOK.format(count=count),
        "notation.md": _NOTATION,
        "tags.yaml": "".join(f"{noun}: what is said of the {noun}\n" for noun in NOUNS),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for number, first in enumerate(range(0, count, plan.each), 1):
        _write_chapter(folder, plan, number, range(first, min(first + plan.each, count)))


def _write_chapter(folder: Path, plan: Plan, number: int, answers: range) -> None:
    draw = plan.draw("chapter", number)
    words = [draw.one(ADJECTIVES), draw.one(NOUNS), "and", draw.one(NOUNS)]
    front = f"---\ntitle: {' '.join(words).capitalize()}\nnumber: {number}\n"
    front += f"exercises: {{{plan.each + 1}: elsewhere}}\n---\n"
    texts = (_answer(folder, plan, answer) for answer in answers)
    path = folder / f"{number:02d}-{'-'.join(words)}.md"
    path.write_text("\n\n".join([front, *texts]) + "\n", encoding="utf-8")


def _answer(folder: Path, plan: Plan, number: int) -> str:
    draw = plan.draw("answer", number)
    mathematical = draw.happens(0.32)
    parts = [_question(plan, number, draw), _gist(draw, mathematical=mathematical)]
    parts += _body(folder, plan, number, draw, mathematical=mathematical)
    if draw.happens(0.48):
        parts.append(f"::: hint\nThink of how {clause(draw)} {draw.one(PLACES)}.\n:::")
    if draw.happens(0.97):
        gaps = f"[{draw.one(ADJECTIVES)}]{{.c1}} and [{formula(draw) if mathematical else draw.one(NOUNS)}]{{.c2}}"
        parts.append(f"::: cloze\n{sentence(draw)[:-1]}: it is {gaps}.\n:::")
    return "\n\n".join(parts)


def _question(plan: Plan, number: int, draw: Draw) -> str:
    length = draw.spread(_QUESTION)
    text = f"Why is it {draw.one(ADJECTIVES)} that {clause(draw)}"
    while len(text) < length - 25:
        text += f", and {clause(draw)}"
    tags = " ".join(dict.fromkeys(draw.one(NOUNS) for _ in range(draw.number(1, 3))))
    see = " ".join(dict.fromkeys(plan.near(number, draw) for _ in range(draw.number(0, 2))))
    settings = f'n={number % plan.each + 1} tags="{tags}" level={draw.one(_LEVELS)}' + f' see="{see}"' * bool(see)
    return f"## {text}? {{#{key(number)} {settings}}}"


def _gist(draw: Draw, *, mathematical: bool) -> str:
    text = f"**{draw.one(ADJECTIVES).capitalize()} {draw.one(NOUNS)}**: "
    text += prose(draw, draw.spread(_GIST) - len(text))
    if mathematical:
        text += f" Here {formula(draw)} and {formula(draw)} are close."
    if draw.happens(0.33):
        text = _listed(text)
    return f"::: gist\n{text}\n:::"


def _listed(text: str) -> str:
    return "\n".join(f"- {item.rstrip('.')}" for item in text.split(". "))


def _body(folder: Path, plan: Plan, number: int, draw: Draw, *, mathematical: bool) -> list[str]:
    """Return paragraphs, with lists, tables, pictures and code between some of them."""
    others = _others(folder, plan, number, draw, mathematical=mathematical)
    # Tables and lists are text as well, and leave less room for paragraphs
    remaining = draw.spread(_BODY) - sum(len(other) for other in others if other.startswith(("| ", "- ", "1. ")))
    blocks = [_paragraph(plan, number, draw, mathematical=mathematical)]
    while remaining > sum(map(len, blocks)) + 120:
        blocks.append(_paragraph(plan, number, draw, mathematical=mathematical))
    for other in others:
        blocks.insert(draw.number(1, len(blocks)), other)
    if draw.happens(0.03):
        blocks[0] += f"[^{number}]"
        blocks.append(f"[^{number}]: {sentence(draw)}")
    return blocks


def _paragraph(plan: Plan, number: int, draw: Draw, *, mathematical: bool) -> str:
    term = f"[{draw.one(ADJECTIVES)} {draw.one(NOUNS)}]"
    text = f"The {term}{{.term}} it is. " if draw.happens(0.7) else f"It is **{draw.one(ADJECTIVES)}**. "
    text += prose(draw, draw.number(80, 320))
    if draw.happens(0.25):
        call = f"`{draw.one(NOUNS)}.{draw.one(NOUNS)}({draw.number(1, 99)})`"
        text += f" The call {call}, like `{draw.one(NOUNS)}` and `{draw.one(NOUNS)}=None`, is *{draw.one(ADJECTIVES)}*."
    if mathematical:
        text += "".join(f" So is {formula(draw)}, or {formula(draw)}." for _ in range(draw.number(0, 2)))
    if draw.happens(0.5):
        text += f" [See here](#{plan.near(number, draw)})."
    if draw.happens(0.15):
        text += f" The [manual](https://example.org/{draw.one(NOUNS)}/{number}) has more."
    return text


def _others(folder: Path, plan: Plan, number: int, draw: Draw, *, mathematical: bool) -> list[str]:
    """Return the blocks of an answer other than paragraphs."""
    items = [
        f"**{draw.one(NOUNS)}**: {clause(draw)}" if draw.happens(0.5) else clause(draw)
        for _ in range(draw.number(2, 4))
    ]
    since = f"date={draw.number(2020, 2026)}-{draw.number(1, 12):02d}"
    shares = {
        table(draw, mathematical=mathematical): 0.45,
        code(draw): 0.21,
        "\n".join(f"- {item}" for item in items): 0.53,
        "\n".join(f"{place}. {item}" for place, item in enumerate(reversed(items), 1)): 0.23,
        f"::: {{.since {since}}}\n{sentence(draw)}\n:::": 0.24,
        f"::: tip\n{sentence(draw)}\n:::": 0.07,
        f"::: warning\n{sentence(draw)}\n:::": 0.05,
        display(draw): 0.5 if mathematical else 0,
    }
    blocks = [block for block, share in shares.items() if draw.happens(share)]
    if draw.happens(0.33):
        name = f"figures/{number:05d}.svg"
        (folder / name).write_text(picture(plan.draw("picture", number)), encoding="utf-8")
        blocks.append(f'![A plot in which {clause(draw)}]({name} "{clause(draw).capitalize()}")')
    return blocks


def main() -> None:
    """Write a book into a new folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, metavar="ANSWERS")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    write_book(options.folder, options.count, options.seed)


if __name__ == "__main__":
    main()
