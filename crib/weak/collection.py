"""The collection that a learner means: a file, the profile that a running Anki has open, or the one used last."""

from __future__ import annotations

import os
from pathlib import Path

from crib.foreign.anki_profiles import beside_media, collections
from crib.outputs.anki.ankiconnect import media_folder
from crib.problems import BuildError, Problem, short

_HINT = "have that Anki export the collection, and give Crib the file"


def find_collection(path: Path | None, url: str | None) -> tuple[Path, str]:
    """Return the path of a collection, and words that say which it is, if it was not named.

    path  a file of the user's choice
    url   where a running Anki answers; without either, the profile that was used last is taken

    Raises BuildError.
    """
    if path:
        return path, ""
    if url:
        media = media_folder(url)
        if not (found := beside_media(media, os.environ)):
            text = f"its profile is not on this machine: {short(media, 300)}"
            raise BuildError(Problem(url, 0, "collection", text, _HINT))
        return found, f"Read the profile that Anki has open: {found}"
    found, *others = collections(os.environ, Path.home())
    also = f"; there are also {', '.join(map(str, others))}" if others else ""
    return found, f"Read the profile of Anki that was used last: {found}{also}"
