"""What workers make before there is a plan is what this process would have made itself."""

from __future__ import annotations

from collections import Counter
from functools import wraps
from typing import TYPE_CHECKING, Any

from crib.engine.cache import Store, use
from crib.engine.plan import Plan, do
from crib.lint import formulas
from crib.outputs.anki import jobs as anki
from crib.pipeline.build import read
from crib.render.templates import Templates
from crib.source import chapter
from tests.conftest import ANSWER, MakeBook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    import pytest

    from crib.engine.job import Job

FRONT = "---\ntitle: Two\nnumber: 2\n---\n\n"


def test_it_is_made_once(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """Each chapter is read, looked through for formulas and drafted ahead, and that is found."""
    folder = make_book()
    second = ANSWER.replace("#answer", "#two").replace("Whatever", "Of $x^2$, whatever")
    (folder / "02-two.md").write_text(FRONT + second)
    before = use(Store())
    alone = read(folder)
    use(before)
    made: Counter[str] = Counter()
    asked: list[int] = []

    def count(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        @wraps(function)
        def counted(*arguments: Any) -> Any:
            made[name] += 1
            return function(*arguments)

        monkeypatch.setattr(module, name, counted)

    def ahead(jobs: Iterable[Job]) -> None:
        plan = Plan(jobs, store)
        asked.append(len(plan.open))
        while plan:
            job = plan.pop()
            plan.succeed(job, do(plan.task(job)))

    count(chapter, "_chapter")
    count(formulas, "_refused")
    count(anki, "drafts_of")
    book, templates = read(folder, ahead), Templates()
    ahead(anki.ahead(book, templates))
    edition = anki.Edition(book, templates)
    assert book == alone
    assert asked == [2, 2, 2]
    assert made == {"_chapter": 2, "_refused": 2, "drafts_of": 2}
    assert sum(len(deck.notes) for deck in edition.package.decks) == 2
