"""Pictures of fixed sample pages: the look of an output, saved in `pictures/`.

CRIB_UPDATE_PICTURES=1 saves the current rendering as the reference.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FOLDER = Path(__file__).parent / "pictures"
_SHADE, _FEW = 64, 20
"""`_FEW` pixels may differ by more than `_SHADE` of 255: edges of letters vary between machines."""


def looks_like(name: str, image: Picture) -> bool:
    """Return True if *image* is the picture saved as *name*, except for the edges of letters."""
    path = _FOLDER / f"{name}.png"
    image = image.convert("RGB")
    if os.environ.get("CRIB_UPDATE_PICTURES"):
        path.parent.mkdir(exist_ok=True)
        image.save(path, optimize=True)
    with Image.open(path) as kept:
        if kept.size != image.size:
            return False
        difference = ImageChops.difference(kept.convert("RGB"), image).convert("L")
    return sum(difference.histogram()[_SHADE + 1 :]) <= _FEW
