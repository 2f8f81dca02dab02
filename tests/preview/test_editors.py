"""From a question or a problem to its line in an editor."""

from __future__ import annotations

import http.client
import re
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from crib.preview.editors import VS_CODE, Editor, editor_of, usual_editor
from crib.preview.sources import with_source_buttons
from crib.preview.views import VIEWS
from crib.source import read_book
from tests.commands import crib
from tests.conftest import ANSWER, write_book
from tests.preview.test_serve import PAGE, PATIENCE, TROUBLES, Serving, answer, change, look, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.preview.views import View
    from tests.chromium import Chromium
    from tests.conftest import MakeBook

LINE = 6
"""Of the question in its file."""


def program(folder: Path, name: str, *, status: int = 0) -> Path:
    """Put a program into *folder* to write its arguments to a file beside it, one per line."""
    path = folder / name
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "$0.told.part"\nmv "$0.told.part" "$0.told"\nexit {status}\n')
    path.chmod(0o755)
    return path


def told(path: Path) -> list[str]:
    """Return the arguments of the program at *path*."""
    end = time.monotonic() + PATIENCE
    while not (file := path.with_name(f"{path.name}.told")).exists():
        assert time.monotonic() < end, "it was never started"
        time.sleep(0.01)
    return file.read_text().splitlines()


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("code", ["--goto", "{}:7"]),
        ("code --wait", ["--wait", "--goto", "{}:7"]),
        ("codium", ["--goto", "{}:7"]),
        ("subl -n", ["-n", "{}:7"]),
        ("zed", ["{}:7"]),
        ("idea", ["--line", "7", "{}"]),
        ("pycharm", ["--line", "7", "{}"]),
        ("gvim", ["+7", "{}"]),
        ("emacs", ["+7", "{}"]),
        ("emacsclient -n", ["-n", "+7", "{}"]),
        ("gedit", ["+7", "{}"]),
        ("mine --at {line} --in={file}", ["--at", "7", "--in={}"]),
    ],
)
def test_editors_with_a_window(tmp_path: Path, command: str, arguments: list[str]) -> None:
    """Each editor is started with the line in its own syntax, whatever the name of the file."""
    name, *rest = command.split()
    path = program(tmp_path, name)
    file = tmp_path / "a b;$(touch x)'{line}.md"
    opening = editor_of(" ".join([str(path), *rest])).open(file, 7)
    assert told(path) == [argument.replace("{}", str(file)) for argument in arguments]
    assert (opening.text, opening.url, opening.copy) == (f"Opened {file}:7", "", "")
    assert not Path("x").exists()


@pytest.mark.parametrize("command", ["vim", "nvim", "vi", "nano", "hx", "emacs -nw", "emacsclient -t"])
def test_editors_in_a_terminal(tmp_path: Path, command: str) -> None:
    """Editors without a terminal to run in are not started: their command line can be pasted into one."""
    name, *rest = command.split()
    path = program(tmp_path, name)
    opening = editor_of(" ".join([str(path), *rest])).open(tmp_path / "a b.md", 7)
    place = f"'{tmp_path}/a b.md:7'" if name == "hx" else f"+7 '{tmp_path}/a b.md'"
    assert opening.copy == " ".join([str(path), *rest, place])
    assert opening.copy in opening.text
    assert not list(tmp_path.glob("*.told"))


def test_addresses() -> None:
    """An address is left to the browser, with the path as part of it."""
    file = Path("/home/a b/#1?.md")
    assert Editor((VS_CODE,)).open(file, 7).url == "vscode://file/home/a%20b/%231%3F.md:7"
    idea = editor_of("idea://open?file={file}&line={line}")
    assert idea.open(file, 7).url == "idea://open?file=/home/a%20b/%231%3F.md&line=7"


def test_an_editor_that_fails(tmp_path: Path) -> None:
    """The exit status of an editor is reported, and the place can be pasted elsewhere."""
    path = program(tmp_path, "code", status=3)
    file = tmp_path / "a.md"
    opening = editor_of(str(path)).open(file, 7)
    assert opening.text == f"code did not open {file}:7: it ended with status 3"
    assert opening.copy == f"{file}:7"
    path.unlink()
    assert "No such file" in Editor((str(path),)).open(file, 7).text


def test_the_usual_editor(tmp_path: Path) -> None:
    """$VISUAL comes before $EDITOR; missing and unknown ones are skipped."""
    code, vim, other = (str(program(tmp_path, name)) for name in ("code", "vim", "strange"))
    assert usual_editor({"VISUAL": code, "EDITOR": vim}).command[0] == code
    assert usual_editor({"EDITOR": vim}).command[0] == vim
    assert usual_editor({"VISUAL": str(tmp_path / "nosuch"), "EDITOR": vim}).command[0] == vim
    for unknown in (other, "'", " ", ""):
        assert usual_editor({"VISUAL": unknown}).command == (VS_CODE,)
    assert usual_editor({}).command == (VS_CODE,)


@pytest.mark.parametrize("words", ["nosuch-editor", "'", "sh", ""])
def test_an_unknown_editor_is_refused(make_book: MakeBook, words: str) -> None:
    """An unknown editor is wrong usage, with a hint."""
    done = crib("serve", "--editor", words, "--content", make_book())
    assert done.returncode == 2
    assert "--editor" in done.stderr
    assert "hint: write where file and line go" in done.stderr


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, Serving]]:
    """Serve a book of two answers with a program as the editor; return its chapter, the program and the server."""
    folder = write_book(tmp_path_factory.mktemp("sources") / "content", ANSWER + ANSWER.replace("#answer", "#more"))
    path = program(folder.parent, "code")
    with serving(folder, "--editor", path) as server:
        yield folder / "01-first-steps.md", path, server


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_question_has_a_button(started: tuple[Path, Path, Serving], view: View) -> None:
    """In every view each answer has one, with the line of its question."""
    path, _, server = started
    book = read_book(path.parent).book
    _, _, page = answer(server, "GET", view.of(book.chapters[0]))
    places = [f"{path}:{each.line}" for each in book.answers]
    assert re.findall('<button type="button" class="source" data-source="(.*?)"', page.decode()) == places
    assert places[0].endswith(f":{LINE}")


def test_a_click_opens_a_question(started: tuple[Path, Path, Serving], page: Chromium) -> None:
    """The editor is started at its line, and the preview says so; a key press does the same."""
    chapter, path, server = started
    look(page, server)
    for act in ("click()", "focus()"):
        path.with_name("code.told").unlink(missing_ok=True)
        page.value(f"document.querySelector('.views').click(); {PAGE}.querySelector('button.source').{act}")
        if act == "focus()":
            page.press("Enter")
        page.wait("document.querySelector('.notice').innerText.startsWith('Opened')")
        assert told(path) == ["--goto", f"{chapter}:{LINE}"]


def test_a_click_opens_a_problem(started: tuple[Path, Path, Serving], page: Chromium) -> None:
    """A click on a problem opens its file, even if it is not a chapter."""
    chapter, path, server = started
    look(page, server)
    settings = chapter.with_name("book.yaml")
    path.with_name("code.told").unlink(missing_ok=True)
    change(settings, "language: en", "language: [")
    page.wait(f"{TROUBLES}.includes('book.yaml:')")
    line = page.value("document.querySelector('.troubles .source').dataset.source").rpartition(":")[2]
    page.value("document.querySelector('.troubles .source').click()")
    page.wait("document.querySelector('.notice').innerText.startsWith('Opened')")
    assert told(path) == ["--goto", f"{settings}:{line}"]
    change(settings, "language: [", "language: en")
    page.wait(f"!{TROUBLES}")


def post(server: Serving, body: str, **headers: str) -> int:
    """Return the status of a request to open the source *body*."""
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)) as connection:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", "/source", body.encode(), names)
        return connection.getresponse().status


def test_only_the_preview_opens_files_of_the_book(started: tuple[Path, Path, Serving]) -> None:
    """A request needs the preview's origin and token, and one of its files, in a line of text."""
    chapter, path, server = started
    _, _, front = answer(server, "GET", "/")
    token = re.findall(rb'data-token="(.*?)"', front)[0].decode()
    origin, place = server.url.rstrip("/"), f"{chapter}:{LINE}"
    path.with_name("code.told").unlink(missing_ok=True)
    for headers in (
        {},
        {"Origin": origin},
        {"X_Crib_Token": token},
        {"Origin": origin, "X_Crib_Token": "x"},
        {"Origin": "http://evil.example", "X_Crib_Token": token},
        {"Origin": "null", "X_Crib_Token": token},
        {"Origin": origin, "X_Crib_Token": token, "Host": "evil.example"},
        {"Origin": origin, "X_Crib_Token": token, "Sec_Fetch_Site": "cross-site"},
    ):
        assert post(server, place, **headers) == 403, headers
    ours = {"Origin": origin, "X_Crib_Token": token}
    secret = chapter.with_name("secret.txt")
    secret.write_text("secret")
    wrong = [
        f"{secret}:1", "/etc/passwd:1", f"{chapter}:0", f"{chapter}:-1", f"{chapter}:1;x", f"{chapter}", "", ":1",
        f"{chapter}:9999999999", f"{chapter.parent}/../content/{chapter.name}:1", f"{chapter}\n:1", f"{chapter}:1\n",
        f"{chapter}:١",
    ]  # fmt: skip
    for place_of_another in wrong:
        assert post(server, place_of_another, **ours) == 404, place_of_another
    assert post(server, "x" * 10_000, **ours) == 413
    assert not path.with_name("code.told").exists()
    assert post(server, place, **ours) == 200
    assert told(path) == ["--goto", place]
    _, _, page = answer(server, "GET", "/sheet/01-first-steps")
    assert token.encode() not in page


def test_a_button_goes_into_the_first_box_of_an_answer(make_book: MakeBook) -> None:
    """Identifiers of other things, and of other chapters' answers, get none."""
    [chapter] = read_book(make_book()).book.chapters
    boxes = '<p id="answer"></p><section data-id="answer"></section><li class="x" id="answer">x</li>'
    html = with_source_buttons(f'{boxes}<article data-name="answer">y</article><section id="other"></section>', chapter)
    assert html.count("<button") == 1
    assert '<li class="x" id="answer"><button' in html
