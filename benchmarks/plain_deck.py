"""Build an Anki deck like a short script with genanki and pypandoc.

    .venv/bin/python benchmarks/plain_deck.py answer|chapter FORMAT CHAPTERS.json DECK.apkg

`CHAPTERS.json` is a list of chapters, each a list of Markdown texts in FORMAT, with `%%%` between
question and answer. pypandoc is called once per answer, like in such scripts, or once per chapter.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import genanki
import pypandoc  # type: ignore[import-untyped]

_PART = "\n\n%%%\n\n"
_MARK = re.compile(r"<p>%%%</p>\n?")


def fields(answers: list[str], form: str) -> list[str]:
    """Return alternating questions and answers as HTML, from one call of pandoc."""
    html = pypandoc.convert_text(_PART.join(answers), "html", format=form, extra_args=["--mathjax"])
    return _MARK.split(html)


def main() -> None:
    """Write the deck."""
    how, form, source, out = sys.argv[1:]
    model = genanki.Model(
        1607392319,
        "Plain",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}],
    )
    deck = genanki.Deck(2059400110, "Plain")
    for chapter in json.loads(Path(source).read_text(encoding="utf-8")):
        for call in [chapter] if how == "chapter" else [[answer] for answer in chapter]:
            html = fields(call, form)
            for question, answer in zip(html[::2], html[1::2], strict=True):
                deck.add_note(genanki.Note(model=model, fields=[question, answer]))
    genanki.Package(deck).write_to_file(out)


if __name__ == "__main__":
    main()
