"""The command line: python3 build.py all. It is the same as the command crib.

The first run sets up .venv (tools/bootstrap.py lists its exit statuses); then the command
runs there. The exit status is that of the command.
"""

import os
import sys

from tools.bootstrap import PYTHON, make_ready


def main() -> None:
    """Run the command line in .venv, whatever Python this was started with."""
    make_ready()
    if sys.executable != str(PYTHON):
        # exec keeps the process, so signals and the exit status pass through.
        os.execv(PYTHON, [str(PYTHON), *sys.orig_argv[1:]])  # noqa: S606

    from crib.cli import main as crib

    crib()


if __name__ == "__main__":
    main()
