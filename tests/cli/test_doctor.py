"""`doctor`: versions in use, and the command to install missing packages."""

from __future__ import annotations

import platform
import subprocess
import sys

from crib import __version__
from tests.commands import crib
from tests.conftest import ROOT


def test_versions() -> None:
    """Each line has a name and a version: Crib, Python, system libraries, pandoc and packages, each once."""
    done = crib("doctor")
    assert (done.returncode, done.stderr) == (0, "Nothing is missing.\n")
    versions = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if not line.startswith("DAISY"))
    assert versions["crib"] == __version__
    assert versions["python"].startswith(".".join(map(str, sys.version_info[:3])))
    assert versions["pandoc"][0].isdigit()
    assert platform.platform() in versions["system"]
    assert {"pango", "harfbuzz", "weasyprint", "genanki", "jinja2", "click", "system"} <= versions.keys()
    assert len(done.stdout.splitlines()) == len(versions) + 1


WITHOUT_PANGO = """
import sys
class Lost:
    def find_spec(self, name, *_):
        if name == "weasyprint":
            print("advice that names no package")  # as WeasyPrint does
            raise OSError("cannot load library 'libpango-1.0-0': no such file.  Additionally, …\\nmore")
sys.meta_path.insert(0, Lost())
from crib.cli import main
main(["doctor"])
"""


def test_a_missing_library() -> None:
    """Versions are printed all the same; the hint gives the command to install Pango, and the exit status is 3."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_PANGO], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 3
    assert "weasyprint " in done.stdout
    assert "advice" not in done.stdout
    first, hint = done.stderr.splitlines()
    assert first == "error: Pango is not installed: cannot load library 'libpango-1.0-0'"
    assert hint.startswith("  hint: install ")
    assert "ango" in hint
