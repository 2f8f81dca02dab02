"""A headless Chromium for tests, driven over a pipe (https://chromedevtools.github.io)."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARROWS = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
_FONTS = Path(__file__).with_name("fixtures") / "unhinted-fonts.conf"
_PATIENCE = 60
"""Timeout of waits, in seconds."""


def find() -> str:
    """Return the path of a Chromium; skip the test if there is none."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return browser or pytest.skip("there is no Chromium: install the system's package `chromium`")


class Chromium:
    """One page of a browser."""

    def __init__(self, reading: BufferedReader, writing: BinaryIO) -> None:
        """Open a page over these two ends of pipes."""
        self._reading, self._writing = reading, writing
        self._unread = b""
        self._session: dict[str, str] = {}
        self._calls = 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {"sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return the browser's answer to *method*."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": parameters, **self._session}
        self._writing.write(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._calls:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            chunk = self._reading.read1(1 << 16)
            assert chunk, "the browser has ended"
            self._unread += chunk
        data, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(data)
        return message

    def open(self, url: str) -> None:
        """Go to *url*."""
        self.call("Page.navigate", url=url)

    def value(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, script: str) -> Any:
        """Return the value of an expression as soon as it is true; whatever it needs may not be there yet."""
        end = time.monotonic() + _PATIENCE
        while not (value := self.value(f"(() => {{ try {{ return {script} }} catch {{ return null }} }})()")):
            assert time.monotonic() < end, f"it never came: {script}"
            time.sleep(0.02)
        return value

    def press(self, key: str) -> None:
        """Press a key, as a person would."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "/": 191, "?": 191, **ARROWS}.get(key)
        text = {"text": {"Enter": "\r"}.get(key, key)} if key == "Enter" or len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code or ord(key), **text)

    def screenshot(self) -> bytes:
        """Return a screenshot as PNG."""
        return b64decode(self.call("Page.captureScreenshot", optimizeForSpeed=True)["data"])


@contextmanager
def chromium(browser: str, user: Path, *options: str, fonts: Path = _FONTS) -> Iterator[Chromium]:
    """Run *browser* with its profile in *user*, and *fonts*, a configuration of fontconfig."""
    (their_input, our_output), (our_input, their_output) = os.pipe(), os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (their_input, their_output)]
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, ends[0], 3), (os.POSIX_SPAWN_DUP2, ends[1], 4)]
    actions += [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    command = [browser, *OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={user}", *options]
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    process = os.posix_spawn(browser, command, environment, file_actions=actions, setpgroup=0)
    for end in (their_input, their_output, *ends, null):
        os.close(end)
    try:
        with os.fdopen(our_input, "rb") as reading, os.fdopen(our_output, "wb", 0) as writing:
            yield Chromium(reading, writing)
    finally:
        os.killpg(process, SIGKILL)
        os.waitpid(process, 0)
