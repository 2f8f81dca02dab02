"""Find the learner's collection: a file, the open profile of a running Anki, or the profile used last."""

from __future__ import annotations

import os
from pathlib import Path

from crib.foreign.anki_profiles import beside_media, collections
from crib.outputs.anki.ankiconnect import media_folder
from crib.problems import BuildError, Problem, short

_HINT = "export the collection from that Anki, and pass the file"


def find_collection(path: Path | None, url: str | None) -> tuple[Path, str]:
    """Return the path of a collection, and a message about it unless the user chose the file.

    path  a file chosen by the user
    url   the address of a running Anki

    Without both, it is the profile used last. Raises BuildError.
    """
    if path:
        return path, ""
    if url:
        media = media_folder(url)
        if not (collection := beside_media(media, os.environ)):
            text = f"its profile is not on this machine: {short(media, 300)}"
            raise BuildError(Problem(url, 0, "collection", text, _HINT))
        return collection, f"Read the profile that Anki has open: {collection}"
    collection, *others = collections(os.environ, Path.home())
    also = f"; there are also {', '.join(map(str, others))}" if others else ""
    return collection, f"Read the profile of Anki that was used last: {collection}{also}"
