"""Walking and rewriting pandoc's tree."""

from crib.model.elements import children, raw, string
from crib.model.tree import plain, rewrite, walk

TREE = [
    {"t": "Para", "c": [string("a"), {"t": "Space"}, {"t": "Emph", "c": [string("b")]}]},
    {"t": "Para", "c": [{"t": "Quoted", "c": [{"t": "DoubleQuote"}, [string("c")]]}]},
]


def test_walk_meets_parents_first() -> None:
    """Elements come in reading order."""
    assert [e["t"] for e in walk(TREE)] == [
        "Para", "Str", "Space", "Emph", "Str", "Para", "Quoted", "DoubleQuote", "Str",
    ]  # fmt: skip


def test_rewrite_leaves_the_tree_alone() -> None:
    """A rewritten copy may be longer, shorter or nested; the original is as before."""

    def change(element: dict[str, object]) -> list[dict[str, object]] | None:
        if element["t"] == "Space":
            return []
        return [raw("<i>"), element, raw("</i>")] if element["t"] == "Str" else None

    before = str(TREE)
    changed = rewrite(TREE, change)
    assert str(TREE) == before
    assert [e["t"] for e in children(changed[0])] == ["RawInline", "Str", "RawInline", "Emph"]
    assert [e["t"] for e in children(children(changed[0])[3])] == ["RawInline", "Str", "RawInline"]


def test_plain_text() -> None:
    """Quotes stay, notes go, code and TeX are as written."""
    math = {"t": "Math", "c": [{"t": "InlineMath"}, "x^2"]}
    code = {"t": "Code", "c": [["", [], []], "y"]}
    note = {"t": "Note", "c": [{"t": "Para", "c": [string("z")]}]}
    assert plain([*TREE, math, {"t": "LineBreak"}, code, note]) == "a b“c”x^2 y"
