"""Make .venv, the environment that everything here runs in.

    python3 tools/bootstrap.py          what a build needs
    python3 tools/bootstrap.py --dev    and what the tests need

Python packages come from the locks, by hash, through uv or pip as they are
configured on the machine. What only the system can give is installed if we are
root; if not, the one line that does it is printed.

Exit status: 0 ready, 1 an installer failed, 2 usage, 3 something is missing that
only you can give (a newer Python, a system package, a network), 130 interrupted.
"""

# Older Pythons must be able to read this file to the check of their version:
# no `from __future__`, no `:=`, no `match`.
import contextlib
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, Iterator, List, NamedTuple, NoReturn, Optional

OLDEST_PYTHON = (3, 10)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
LOCKS = {"build": "requirements.lock", "dev": "requirements-dev.lock"}
MADE_FROM = (*LOCKS.values(), "pyproject.toml", "tools/bootstrap.py")

LIBRARIES = {
    "pango": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
HOMEBREW = ("/opt/homebrew/lib", "/usr/local/lib", "/home/linuxbrew/.linuxbrew/lib")

# What an installer says when it could reach nobody.
UNREACHABLE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "Failed to establish a new connection",
    "dns error",
    "tcp connect error",
    "Could not resolve",
    "Temporary failure resolving",
)
