"""Build the book: python build.py all. The same door as the command crib.

Sets up .venv at the first run (see tools/bootstrap.py for what it may exit with)
and goes on in there. The exit status is the command's own.
"""

import os
import sys

from tools.bootstrap import PYTHON, make_ready


def main() -> None:
    """Run crib's command line in .venv, whatever Python this was started with."""
    make_ready()
    if sys.executable != str(PYTHON):
        # The process stays the same one, so signals and the exit status pass through.
        os.execv(PYTHON, [str(PYTHON), *sys.orig_argv[1:]])  # noqa: S606

    from crib.cli import main as crib

    crib()


if __name__ == "__main__":
    main()
