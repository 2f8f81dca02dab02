"""Fuzz for some minutes, and keep the cases found: python -m tests.fuzz MINUTES FIRST_SEED."""

from __future__ import annotations

import sys
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tests.fuzz.targets import (
    FILES,
    FoundError,
    check_book,
    check_deck,
    mutated_deck,
    mutated_file,
    mutated_request,
    requests,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent / "cases"


def main(minutes: float, seed: int) -> int:
    """Return the number of failing cases."""
    end, count, found = monotonic() + 60 * minutes, 0, 0
    with requests() as check_request:
        targets: list[tuple[str, Callable[[int], bytes], Callable[[bytes], None]]] = [
            *((name, partial(mutated_file, name), partial(check_book, name)) for name in FILES),
            ("deck", mutated_deck, check_deck),
            ("request", mutated_request, check_request),
        ]
        while monotonic() < end:
            for name, mutated, check in targets:
                data = mutated(seed)
                count += 1
                try:
                    check(data)
                except FoundError as error:
                    found += 1
                    path = CASES / name / sha256(data).hexdigest()[:12]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
                    print(f"{path}: {str(error)[:300]}", flush=True)  # noqa: T201
            seed += 1
    print(f"{count} cases, {found} found")  # noqa: T201
    return found


if __name__ == "__main__":
    sys.exit(bool(main(float(sys.argv[1]), int(sys.argv[2]))))
