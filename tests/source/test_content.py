"""The shipped book: complete, and of one standard."""

from __future__ import annotations

import ast
import re
from string import ascii_lowercase
from typing import TYPE_CHECKING

import yaml

from crib.model.elements import Element, alt, attributes, children, target, text_of
from crib.model.practice import is_practice, measurements
from crib.model.tree import find_all, plain, walk
from tests.conftest import ROOT
from tools.experiments import answers_in_practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Answer, Book, Exercises

ANSWERS = {
    1: 19, 2: 0, 3: 0, 4: 11, 5: 7, 6: 6, 7: 7, 8: 8, 9: 9, 10: 9, 11: 7, 12: 11, 13: 8, 14: 8, 15: 8, 16: 7, 17: 8,
    18: 7, 19: 8,
}  # fmt: skip
NOTES = {"4.3", "6.1", "10.7", "10.9"}


def count(exercises: Exercises) -> int:
    """Return the number of these exercises; a chapter's `all` has no numbers to count."""
    if exercises.numbers == "all":
        return 0
    first, _, last = exercises.numbers.partition("–")
    return int(last or first) - int(first) + 1


def elements(answer: Answer, kind: str) -> Iterator[Element]:
    """Yield the elements of one kind in all parts of *answer*."""
    return (element for part in answer.parts for element in walk(part) if element["t"] == kind)


def test_every_answer_of_every_chapter(shipped: Book) -> None:
    """19 chapters, 148 answers, numbered like the exercises; letters only in chapters without exercises."""
    assert sum(ANSWERS.values()) == 148
    assert {chapter.number for chapter in shipped.chapters} == set(ANSWERS)
    for chapter in shipped.chapters:
        labels = [answer.code.partition(".")[2] for answer in chapter.answers]
        exercises = list(map(str, range(1, ANSWERS[chapter.number] + 1)))
        assert labels == (exercises or list(ascii_lowercase[: len(labels)]))
    keys = [answer.key for answer in shipped.answers]
    assert len(keys) == len(set(keys))


def test_every_exercise_that_is_answered_in_the_notebooks(shipped: Book) -> None:
    """38 exercises, and all exercises of two chapters."""
    exercises = [each for chapter in shipped.chapters for each in chapter.exercises]
    assert sum(map(count, exercises)) == 38
    assert [c.number for c in shipped.chapters for e in c.exercises if e.numbers == "all"] == [2, 3]
    assert {each.source.url for each in exercises} == {"https://github.com/ageron/handson-ml2"}


def test_notes(shipped: Book) -> None:
    """The four notes of the solutions are notes here."""
    noted = {answer.code for answer in shipped.answers if any(elements(answer, "Note"))}
    assert noted >= NOTES


def printed_names(script: str) -> Iterator[str]:
    """Yield a pattern for the names of the numbers printed by *script*; `make experiments` compares them exactly."""
    for call in ast.walk(ast.parse(script)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print":
            name = call.args[0]
            parts = name.values if isinstance(name, ast.JoinedStr) else [name]
            yield "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in parts)


def test_experiments(shipped: Book) -> None:
    """Each practice block has a short script with exactly its quoted numbers, and each script a block."""
    folder = ROOT / "content/experiments"
    practiced = {answer.key: answer for _, answer in answers_in_practice(shipped)}
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {f"{key}.py" for key in practiced}
    for key, answer in practiced.items():
        script = (folder / f"{key}.py").read_text()
        assert script.count("\n") <= 60, key
        quoted = [each.name for each in measurements(answer.body)]
        assert quoted, key
        patterns = list(printed_names(script))
        assert all(any(re.fullmatch(pattern, name) for pattern in patterns) for name in quoted), key
        assert all(any(re.fullmatch(pattern, name) for name in quoted) for pattern in patterns), key
        assert is_practice(answer.body[-1]), f"{key}: it closes the answer"


SIGN = re.compile(
    r"\\(?:mathbf|boldsymbol|mathcal|mathbb)\s*(?:\{\s*(\\?[A-Za-z]+)\s*\}|(\\[a-z]+))"  # a letter of another alphabet
    r"|(\\(?:alpha|beta|gamma|eta|theta|mu|pi|phi|sigma|zeta|varepsilon|nabla|otimes|Sigma))(?![a-z])"
    r"|\\[A-Za-z]+|([A-Za-z])"
)
WORDS = re.compile(r"\\(?:text|mathrm|operatorname)\{[^{}]*\}")


def signs(tex: str) -> set[str]:
    """Return the letters of a formula; those of other alphabets with their command."""
    found = set()
    for match in SIGN.finditer(WORDS.sub("", tex)):
        if letter := match[1] or match[2]:
            found.add(f"bold {letter}")
        elif letter := match[3] or match[4]:
            found.add(letter)
    return found - {"e"}


def test_formulas(shipped: Book) -> None:
    """Chapters with formulas have a strip, and the notation explains each of its signs."""
    assert {chapter.number for chapter in shipped.formula_chapters} == {*range(2, 12), 14, 16, 17, 18}
    assert shipped.notation
    explained = set().union(*(signs(text_of(math)) for math in find_all(shipped.notation.blocks, "Math")))
    for chapter in shipped.formula_chapters:
        texts = [part for formula in chapter.formulas for part in formula.parts]
        used = set().union(*(signs(text_of(math)) for math in find_all(texts, "Math")))
        assert sorted(used - explained) == [], chapter.name


def test_pictures(shipped: Book) -> None:
    """At least 16 figures, every file in use, each with a description."""
    used = set()
    for answer in shipped.answers:
        for image in elements(answer, "Image"):
            address = target(image)
            used.add(address)
            assert len(plain(alt(image))) > 40, f"{answer.code}: {address}"
    files = {f"figures/{path.name}" for path in (ROOT / "content/figures").iterdir()}
    assert used == files
    assert len(files) >= 16
    for name in files:
        assert re.search(r"<text\b", (ROOT / "content" / name).read_text()), f"{name} has its words as text"


def test_what_helps_to_learn(shipped: Book) -> None:
    """Hints on a third of the answers, 60 clozes, 15 `since` blocks, a level everywhere."""
    answers = list(shipped.answers)
    assert sum(bool(answer.hint) for answer in answers) >= len(answers) / 3
    assert sum(bool(answer.cloze) for answer in answers) >= 60
    assert sum(attributes(div)[1] == ["since"] for answer in answers for div in elements(answer, "Div")) >= 15
    assert all(answer.level and answer.tags for answer in answers)


def test_what_has_changed_says_where_it_stands(shipped: Book) -> None:
    """Every such line links to its evidence."""
    for answer in shipped.answers:
        for div in elements(answer, "Div"):
            if attributes(div)[1] == ["since"]:
                links = list(map(target, find_all(children(div), "Link")))
                assert any(link.startswith("https://") for link in links), answer.code


def test_links_between_chapters(shipped: Book) -> None:
    """At least 80 links lead from one chapter to another."""
    chapters = {answer.key: answer.chapter for answer in shipped.answers}
    links = 0
    for answer in shipped.answers:
        keys = [*answer.see, *(target(link)[1:] for link in elements(answer, "Link"))]
        links += sum(chapters.get(key, answer.chapter) != answer.chapter for key in keys)
    assert links >= 80


def test_tags(shipped: Book) -> None:
    """At most 60, each with a line and in use."""
    tags = yaml.safe_load((ROOT / "content/tags.yaml").read_text())
    assert len(tags) <= 60
    assert set(tags) == {tag for answer in shipped.answers for tag in answer.tags}
