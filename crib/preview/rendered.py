"""Answers in HTML, each rendered again only if it has changed."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from crib.render.fragments import PARTS, render_answers
from crib.store import digest, packed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.model import Answer
    from crib.render.flavor import Flavor
    from crib.render.fragments import Fragments

_LINE = re.compile(rb'"line":\d+')


_MOST = 4000
"""So many fragments are kept, those that were used last."""


class Rendered:
    """Does what `render_answers` does, and knows what it has done before."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._made: dict[bytes, Fragments] = {}

    def __call__(self, answers: Iterable[Answer], flavor: Flavor, parts: Iterable[str] = PARTS) -> dict[str, Fragments]:
        """Return the fragments of each answer by its key; *flavor* gathers drawings and media only of new ones."""
        wanted = list(answers)
        keys = {answer.key: _key(answer, flavor, parts) for answer in wanted}
        new = [answer for answer in wanted if keys[answer.key] not in self._made]
        made = render_answers(new, flavor, parts) if new else {}
        fragments = {key: made.get(key) or self._made.pop(known) for key, known in keys.items()}
        self._made |= {known: fragments[key] for key, known in keys.items()}
        for known in list(self._made)[:-_MOST]:
            del self._made[known]
        return fragments


def _key(answer: Answer, flavor: Flavor, parts: Iterable[str]) -> bytes:
    """Return what fragments are known by: all they are made of, but not the lines of the file it stands on."""
    text = [_LINE.sub(b"", zlib.decompress(part)) if part else b"" for part in answer.only(*parts).packed]
    links = [flavor.link(flavor.answers[key], []) for key in answer.links if key in flavor.answers]
    pictures = [picture.digest for picture in answer.pictures]
    return digest(packed((type(flavor).__name__, answer.key, tuple(parts), text, links, pictures, flavor.labels)))
