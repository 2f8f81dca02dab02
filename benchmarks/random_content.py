"""Random sentences, formulas, code, tables and pictures, generated from a seed.

Only `Random.random` is used: Python guarantees the same numbers for the same seed across versions for no
other function. For the same reason pictures are drawn in whole numbers.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

NOUNS = """
    model cost gradient feature kernel tree forest layer neuron weight bias margin cluster instance label
    sample batch epoch encoder decoder filter pixel sequence token state reward agent policy value error
    variance penalty norm matrix vector split threshold score metric pipeline dataset tensor graph server
    device replica bucket window context query memory cell gate signal noise distance density boundary
""".split()  # noqa: SIM905 - easier to read and to add to
ADJECTIVES = """
    small large sparse dense linear smooth noisy stable shallow deep frozen random hidden shared recurrent
    convex scaled robust slow fast exact rough early late full empty local global narrow wide
""".split()  # noqa: SIM905
VERBS = """
    reduces raises follows replaces limits predicts compares weighs keeps drops repeats updates shifts
    separates joins measures hides feeds delays balances ignores copies
""".split()  # noqa: SIM905
PLACES = (
    "in each step",
    "during training",
    "on the test set",
    "for every class",
    "at the start",
    "before the last layer",
    "on new data",
    "with few examples",
    "in high dimensions",
    "over time",
    "by default",
    "in practice",
)
LINKS = ("because", "while", "unless", "so that", "although", "whenever")

_SHARED = r"n m k d p \eta \alpha \gamma \mathbf{x} \mathbf{w} \boldsymbol\theta \hat{y} n^2 \ell_2 C".split()  # noqa: SIM905
_SHORT = (
    r"x_{%d} + %d",
    r"%d^{%d}",
    r"\mathcal{O}(n^{%d} \log %dm)",
    r"\frac{%d}{%d}",
    r"\mathbf{w}_{%d}^\intercal \mathbf{x}^{(%d)}",
    r"\sigma(z_{%d}) \le 0.%d",
    r"\sqrt{%d + \alpha_{%d}}",
)
_DISPLAYED = (
    r"J(\boldsymbol\theta) = \frac{1}{m} \sum_{i=%d}^{m} \bigl(y^{(i)} - \hat{y}^{(i)}\bigr)^2 + %d\,\alpha",
    r"\mathbf{A}_{%d} = \begin{pmatrix} %d & a & b \\ a & 1 & c \\ b & c & 0 \end{pmatrix}",
    r"\begin{aligned} z_{%d} &= \mathbf{W}\mathbf{x} + \mathbf{b} \\ \hat{y} &= \sigma(z) - %d \end{aligned}",
    r"p_{%d} = \frac{\exp(s_k / %d)}{\sum_{j=1}^{K} \exp(s_j)}",
    r"f_{%d}(x) = \begin{cases} x & \text{if } x > %d \\ 0 & \text{otherwise} \end{cases}",
)
_CODE = (
    "{a}_{b} = {B}({c}={n}, seed={m})",
    "for {a} in range({n}):\n    {b}.fit({c}[{a}], step=0.{m})",
    "print({a}.{b}({c}))  # about {n}.{m}",
    'if {a}.shape[0] > {n}:\n    {b} = {a}[:, :{m}]\nelse:\n    raise ValueError("{c}")',
    "def {a}_{b}({c}):\n    return [x**{n} for x in {c} if x != {m}]",
    "from {a}.{b} import {B}",
)


class Draw(Random):
    """A random generator with the same results on any version of Python."""

    def one(self, of: Sequence[T]) -> T:
        """Return one of a sequence."""
        return of[int(self.random() * len(of))]

    def number(self, least: int, most: int) -> int:
        """Return a whole number, *most* included."""
        return least + int(self.random() * (most - least + 1))

    def happens(self, share: float) -> bool:
        """Return True in this share of all cases."""
        return self.random() < share

    def spread(self, quantiles: Sequence[int]) -> int:
        """Return a number from the distribution with these evenly spaced *quantiles*."""
        place = self.random() * (len(quantiles) - 1)
        low, high = quantiles[int(place)], quantiles[int(place) + 1]
        return low + round((high - low) * (place % 1))


def clause(draw: Draw) -> str:
    """Return a clause such as `a sparse kernel weighs the margin`."""
    return f"the {draw.one(ADJECTIVES)} {draw.one(NOUNS)} {draw.one(VERBS)} the {draw.one(NOUNS)}"


def sentence(draw: Draw) -> str:
    """Return a sentence of 40 to 140 characters."""
    text = f"{clause(draw)} {draw.one(PLACES)}"
    if draw.happens(0.5):
        text += f", {draw.one(LINKS)} {clause(draw)}"
    return f"{text[0].upper()}{text[1:]}."


def prose(draw: Draw, length: int) -> str:
    """Return sentences with about *length* characters in total, at least one."""
    text = sentence(draw)
    while len(text) < length - 40:
        text += f" {sentence(draw)}"
    return text


def formula(draw: Draw) -> str:
    """Return a short formula: in 9 of 20 cases a common one, otherwise most likely a new one."""
    if draw.happens(0.45):
        return f"${draw.one(_SHARED)}$"
    return f"${draw.one(_SHORT) % (draw.number(2, 999), draw.number(2, 999))}$"


def display(draw: Draw) -> str:
    """Return a formula on lines of its own."""
    return f"$$\n{draw.one(_DISPLAYED) % (draw.number(1, 999), draw.number(1, 999))}\n$$"


def code(draw: Draw) -> str:
    """Return a block of Python, 2 to 16 lines long."""
    lines = []
    for _ in range(draw.number(2, 4)):
        a, b, c = (draw.one(NOUNS) for _ in range(3))
        line = draw.one(_CODE)
        lines.append(line.format(a=a, b=b, c=c, B=b.title(), n=draw.number(2, 99), m=draw.number(1, 99)))
    return "```python\n" + "\n".join(lines) + "\n```"


def table(draw: Draw, *, mathematical: bool) -> str:
    """Return a table of 2 to 4 columns and 2 to 6 rows."""
    columns, rows = draw.number(2, 4), draw.number(2, 6)
    cells = [[f"{draw.one(ADJECTIVES)} {draw.one(NOUNS)}" for _ in range(columns)] for _ in range(rows + 1)]
    for row in cells[1:]:
        row[-1] = f"{clause(draw)[4:]} {formula(draw) if mathematical else ''}".strip()
    head, *body = (f"| {' | '.join(row)} |" for row in cells)
    return "\n".join([head, "|:--" * columns + "|", *body])


def picture(draw: Draw) -> str:
    """Return a plot as SVG: one to three lines, points and a word; 1 to 7 kB."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 150" width="240" font-family="Source Sans 3">',
        '<path d="M20 10V130H230" fill="none" stroke="#111111" stroke-width="1"/>',
    ]
    for color in ("#00517f", "#c14f00", "#111111")[: draw.number(1, 3)]:
        y, points = draw.number(30, 110), []
        step = draw.one((1, 1, 1, 2))
        for x in range(20, 230, step):
            y = min(max(y + draw.number(-step, step), 12), 128)
            points.append(f"{x},{y}")
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{color}" stroke-width="1.8"/>')
    parts += [
        f'<circle cx="{draw.number(25, 225)}" cy="{draw.number(15, 125)}" r="3" fill="#c14f00"/>'
        for _ in range(draw.number(2, 30))
    ]
    parts.append(f'<text x="125" y="146" font-size="10" text-anchor="middle" fill="#111111">{draw.one(NOUNS)}</text>')
    return "\n".join([*parts, "</svg>\n"])
