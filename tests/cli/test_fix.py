"""`crib fix` writes its fixes into the files of a book, and changes nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.files import TEMPORARY
from crib.fixes.edit import Edit
from tests.commands import crib, files
from tests.conftest import BOOK, FRONT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.conftest import MakeBook

CHAPTER = """\
## Why? {#why}

* one  \t
* two

| a | b |
|---|---|
| 1 | 2 |

:words

```
* code
```
"""
FIXED = CHAPTER.replace("* one", "- one").replace("* two", "- two").replace(":words", ": words")


def test_fix(make_book: MakeBook) -> None:
    """The diff comes first, then the same in the file; afterward, there is nothing to fix."""
    folder = make_book(CHAPTER, **{"notation.md": b"+ $x$: a number\r\n"})
    chapter = folder / "01-first-steps.md"
    chapter.chmod(0o664)
    shown = crib("fix", "--content", folder, "-n")
    assert shown.returncode == 0
    assert chapter.read_text() == FRONT + CHAPTER
    changed = [line for line in shown.stdout.splitlines() if line[0] in "+-"]
    assert changed == [
        f"--- {folder}/notation.md", f"+++ {folder}/notation.md", "-+ $x$: a number\\u000d", "+- $x$: a number",
        f"--- {chapter}", f"+++ {chapter}", "-* one  \t", "-* two", "+- one  \t", "+- two", "-:words", "+: words",
    ]  # fmt: skip
    done = crib("fix", "--content", folder)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        f"{folder}/notation.md: 1 list marker, line ends",
        f"{chapter}: 1 caption, 2 list markers",
    ] == shown.stderr.splitlines()  # fmt: skip
    assert chapter.read_text() == FRONT + FIXED
    assert (folder / "notation.md").read_bytes() == b"- $x$: a number\n"
    assert chapter.stat().st_mode & 0o777 == 0o664
    again = crib("fix", "--content", folder)
    assert (again.returncode, again.stderr) == (0, "Nothing to fix.\n")
    assert not any(name.endswith(TEMPORARY) for name in files(folder))


def test_check_fix(make_book: MakeBook) -> None:
    """`check --fix` fixes first, and reports the remaining problems."""
    folder = make_book(CHAPTER.replace("{#why}", "{#Why}"))
    done = crib("check", "--fix", "--content", folder)
    assert done.returncode == 1
    assert (folder / "01-first-steps.md").read_text() == FRONT + FIXED.replace("{#why}", "{#Why}")
    assert [line.partition(": ")[2] for line in done.stderr.splitlines()[:2]] == [
        "1 caption, 2 list markers",
        "error[bad-key]: `#Why` is not a valid key",
    ]


def test_settings(make_book: MakeBook) -> None:
    """Settings and the front matter of a chapter count, too; an unreadable file is left alone."""
    book = BOOK.replace("\ntitle: ", "\ntitle:\u00a0").encode("utf-8-sig")
    folder = make_book(CHAPTER, front=FRONT.replace("title: ", "title:\u00a0"), **{"book.yaml": book})
    (folder / "tags.yaml").write_bytes(b"x: \xff\r\n")
    done = crib("fix", "--content", folder)
    assert done.returncode == 0
    assert (folder / "book.yaml").read_text() == BOOK
    assert (folder / "01-first-steps.md").read_text() == FRONT + FIXED
    assert (folder / "tags.yaml").read_bytes() == b"x: \xff\r\n"


def test_links_are_not_written_through(make_book: MakeBook) -> None:
    """Links are not written through, even to files of the same book."""
    folder = make_book(CHAPTER)
    (folder / "text").mkdir()
    (folder / "01-first-steps.md").rename(folder / "text" / "real.md")
    (folder / "01-first-steps.md").symlink_to(folder / "text" / "real.md")
    done = crib("fix", "--content", folder)
    assert done.returncode == 1
    assert "error[fix]: a link, which is not followed" in done.stderr
    assert (folder / "text" / "real.md").read_text() == FRONT + CHAPTER
    assert (folder / "01-first-steps.md").is_symlink()


def test_a_fix_that_would_change_more(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a rule ever be wrong, the file stays as it is, and an error names the line."""
    monkeypatch.setattr("crib.fixes.fix_book.list_markers", lambda text, _: [Edit(9, 2, 5, "2")] * ("two" in text))
    folder = make_book(CHAPTER, **{"notation.md": b"$x$: a number\r\n"})
    done = crib("fix", "--content", folder)
    assert done.returncode == 1
    chapter = folder / "01-first-steps.md"
    assert f"{chapter}:6: error[fix]: a fix here would change more than it should" in done.stderr
    assert chapter.read_text() == FRONT + CHAPTER
    assert (folder / "notation.md").read_bytes() == b"$x$: a number\n"


def test_least_book(tmp_path: Path) -> None:
    """A newcomer's file gets the keys of its questions written out; notes beside it are left alone."""
    text = "# Cats\n\n##Why?\nYes.\n\n* No.\n\n## Why? ##\r\nNo\n\n猫\n---\nA cat."
    (tmp_path / "cats.md").write_bytes(text.encode())
    (tmp_path / "notes.md").write_bytes(b"* no question\r\n")
    done = crib("check", "--fix", "--content", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "cats.md").read_text() == (
        "# Cats\n\n## Why? {#why}\nYes.\n\n- No.\n\n## Why? {#why-2} ##\nNo\n\n猫 {#key-a810bf84}\n---\nA cat.\n"
    )
    assert (tmp_path / "notes.md").read_bytes() == b"* no question\r\n"
    assert crib("fix", "--content", tmp_path).stderr == "Nothing to fix.\n"


def test_no_keys_without_the_whole_book(make_book: MakeBook) -> None:
    """An unreadable file may have the same key."""
    folder = make_book("## Why?\n\n* Yes.\n", **{"02-two.md": b"## Why? {#why}\n\n\xff\n"})
    done = crib("fix", "--content", folder)
    assert done.returncode == 1
    assert f"{folder}: error[fix]: no keys are written while a file of the book cannot be read" in done.stderr
    assert (folder / "01-first-steps.md").read_text() == FRONT + "## Why?\n\n- Yes.\n"


def test_no_book(tmp_path: Path) -> None:
    """A wrong folder is reported as any command does it."""
    done = crib("fix", "--content", tmp_path / "none")
    assert done.returncode == 1
    assert "error[no-book]" in done.stderr
