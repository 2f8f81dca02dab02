"""A broken font of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.home import own_folder
from crib.print.font_coverage import glyph_problems
from crib.problems import BuildError
from crib.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kept", [0, 6, 200, 5000])
def test_the_file_is_named(tmp_path: Path, kept: int) -> None:
    """A broken font is reported by its file name, however it is damaged."""
    (tmp_path / "fonts").mkdir()
    font = tmp_path / "fonts/Bad.ttf"
    font.write_bytes((own_folder() / "fonts/SourceSans3-Bold.ttf").read_bytes()[:kept])
    with pytest.raises(BuildError) as caught:
        list(glyph_problems("a.md", [(1, "x")], Templates(tmp_path)))
    assert str(caught.value).startswith(f"{font}: error[font]: not a readable font")
