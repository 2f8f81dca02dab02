"""The command line, as a user meets it."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from crib import __version__
from tests.commands import crib, crib_process, files
from tests.conftest import ANSWER, BOOK, FRONT, ROOT, MakeBook, write_book

PRINTED = [
    "book.pdf",
    "sheets/01-first-steps.pdf",
    "sheets/02-two.pdf",
    "sheets.pdf",
    "cards.pdf",
    "quiz.pdf",
    "pocket/01-first-steps.pdf",
    "pocket/02-two.pdf",
]
TWO = (FRONT + ANSWER).replace("number: 1", "number: 2").replace("#answer", "#two")


@dataclass(frozen=True)
class Whole:
    """A book of two chapters, and its outputs built by a user's command in `dist`."""

    content: Path
    dist: Path
    stdout: str
    stderr: str

    def alone(self, folder: Path) -> tuple[Path, Path]:
        """Return the book and its `dist`, copied to *folder*."""
        shutil.copytree(self.content, folder / "content")
        shutil.copytree(self.dist, folder / "dist")
        return folder / "content", folder / "dist"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Return a book with a bit of everything, built by workers at another time of day, and with other hashes."""
    folder = tmp_path_factory.mktemp("whole")
    chapter = ANSWER + "\nWith $x^2$.[^1]\n\n```python\nx = 1\n```\n\n[^1]: A note.\n"
    content = write_book(folder / "content", chapter)
    (content / "02-two.md").write_text(TWO)
    build = ("all", "--content", content, "--out", folder / "dist", "-j", 2)
    done = crib_process(*build, PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    return Whole(content, folder / "dist", done.stdout, done.stderr)


def test_all(whole: Whole) -> None:
    """Paths go to stdout, the rest to stderr, and the last line names the next step."""
    built = [*PRINTED, "small-book-svg.epub", "small-book.epub", "small-book.html", "small-book.apkg"]
    assert whole.stdout.splitlines() == [str(whole.dist / name) for name in built]
    assert files(whole.dist) == sorted(built)
    assert files(whole.content) == ["01-first-steps.md", "02-two.md", "anki.lock", "book.yaml"]
    last = whole.stderr.splitlines()[-1]
    assert last.startswith("Next: ")
    assert f"Import {whole.dist}/small-book.apkg into Anki" in last


def test_same_source_same_bytes(whole: Whole, tmp_path: Path) -> None:
    """Whatever the day, time zone, locale and hash seed, and however many processes."""
    assert crib("all", "--content", whole.content, "--out", tmp_path, TZ="UTC").returncode == 0
    assert files(tmp_path) == files(whole.dist)
    for name in files(tmp_path):
        assert (tmp_path / name).read_bytes() == (whole.dist / name).read_bytes(), name


def test_no_limits(whole: Whole, tmp_path: Path) -> None:
    """--no-limits changes no byte of an honest book."""
    assert crib("epub", "--content", whole.content, "--out", tmp_path, "--no-limits").returncode == 0
    assert files(tmp_path) == ["small-book-svg.epub", "small-book.epub"]
    for name in files(tmp_path):
        assert (tmp_path / name).read_bytes() == (whole.dist / name).read_bytes(), name


def test_quiet_and_verbose(make_book: MakeBook, tmp_path: Path) -> None:
    """-q prints only paths; -v prints a line for each file."""
    folder = make_book()
    assert crib("anki", "--content", folder, "--out", tmp_path / "dist", "-q").stderr == ""
    told = crib("anki", "--content", folder, "--out", tmp_path / "again", "-v").stderr
    assert re.search(r"[\d.]+ s +[\d,]+ bytes  small-book\.apkg", told)


def test_one_chapter(whole: Whole, tmp_path: Path) -> None:
    """The files of a selection are named after it and replace none of the whole book's."""
    content, dist = whole.alone(tmp_path)
    done = crib("all", "--content", content, "--out", dist, "--chapter", 2)
    assert done.returncode == 0, done.stderr
    assert [str(Path(line).relative_to(dist)) for line in done.stdout.splitlines()] == [
        "book-02.pdf",
        "sheets/02-two.pdf",
        "cards-02.pdf",
        "quiz-02.pdf",
        "pocket/02-two.pdf",
        "small-book-02-svg.epub",
        "small-book-02.epub",
        "small-book-02.html",
        "small-book-02.apkg",
    ]
    assert set(files(dist)) >= set(files(whole.dist))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["sheets", "--paper", "letter", "--portrait", "--theme", "ink", "--fill", "1"], "sheets.pdf"),
        (["cards", "--tag", "x", "--level", "recall", "--flip", "short", "--dx", "-1.5"], "cards-x-recall.pdf"),
        (["quiz", "--count", "1", "--seed", "7", "--papers", "2", "--answer-key", "file"], "quiz-key.pdf"),
        (["pocket", "--theme", "color"], "pocket/01-first-steps.pdf"),
        (["book", "--theme", "large", "--chapter", "1"], "book-01.pdf"),
    ],
)
def test_each_print_has_its_command(make_book: MakeBook, tmp_path: Path, arguments: list[str], name: str) -> None:
    """Each printed output has a command with options of its own."""
    chapter = ANSWER.replace("{#answer}", "{#answer tags=x level=recall}")
    done = crib(*arguments, "--content", make_book(chapter), "--out", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    assert name in files(tmp_path / "dist")
    assert done.stderr.startswith("Next: Print ")


@pytest.mark.parametrize("option", ["--key", "--see"])
def test_all_that_is_printed_can_be_chosen_by_key(make_book: MakeBook, tmp_path: Path, option: str) -> None:
    """Its files are named after the keys, also those of single chapters, so none replaces one of the whole book."""
    done = crib("pdf", option, "answer", "-n", "--content", make_book(), "--out", tmp_path / "dist")
    suffix = f"{'see-' * (option == '--see')}answer.pdf"
    names = ["book-", "sheets/01-first-steps-", "sheets-", "cards-", "quiz-", "pocket/01-first-steps-"]
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [name + suffix for name in names]


def test_a_file_is_finished_as_the_options_say(make_book: MakeBook, tmp_path: Path) -> None:
    """Pages first, then shades of gray and sheets; without the options, the next build prints the usual file."""
    folder, dist = make_book(), tmp_path / "dist"
    sizes = []
    for options in (["--grayscale", "--pages", "1-2", "--impose", "booklet"], ["--pages", "1"], []):
        done = crib("quiz", "--content", folder, "--out", dist, *options)
        assert done.returncode == 0, done.stderr
        pdf = PdfDocument(dist / "quiz.pdf")
        sizes.append((len(pdf), *map(round, pdf[0].get_size())))
        gray = pdf[len(pdf) - 1].render().to_pil().convert("HSV").getextrema()[1][1] == 0
        assert gray == ("--grayscale" in options)
    assert sizes == [(4, 842, 595), (1, 595, 842), (3, 595, 842)]
    done = crib("quiz", "--content", folder, "--out", dist, "--pages", "2-4")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        1,
        "error[pages]: quiz.pdf has 3 pages: there is no page 4",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["book", "--pages", "5-3"], "'5-3' is neither a page nor a range such as 3-10"),
        (["quiz", "--pages", "1,0"], "'0' is neither a page nor a range"),
        (["cards", "--pages", "one"], "'one' is neither a page nor a range"),
        (["book", "--theme", "card"], "'card' is not one of 'color', 'ink', 'large'"),
        (["book", "--impose", "booklet", "--signature", "18"], "18 is not a multiple of 4"),
        (["sheets", "--impose", "2up", "--signature", "16"], "--signature is for booklets: add --impose booklet"),
    ],
)
def test_wrong_print_options(arguments: list[str], message: str) -> None:
    """It is a mistake in usage, found before anything is read."""
    done = crib(*arguments)
    assert (done.returncode, message in " ".join(done.stderr.split())) == (2, True)


def test_the_book_says_how_it_is_printed(make_book: MakeBook, tmp_path: Path) -> None:
    """The command line has the last word."""
    folder = make_book(book=BOOK + "print: {paper: Letter, landscape: false}\n")
    sizes = []
    for options in ([], ["--paper", "A4"], ["--landscape"]):
        done = crib("sheets", "--content", folder, "--out", tmp_path / "dist", *options)
        assert done.returncode == 0, done.stderr
        sizes.append(tuple(map(round, PdfDocument(tmp_path / "dist" / "sheets.pdf")[0].get_size())))
    assert sizes == [(612, 396), (595, 421), (396, 612)]


def test_problems(whole: Whole, tmp_path: Path) -> None:
    """Problems have file, line and hint; the exit status is 1, and dist/ is untouched."""
    folder, out = whole.alone(tmp_path)
    (folder / "01-first-steps.md").write_text(
        "---\ntitle: X\nnumber: 1\n---\n\n## Why? {#Why}\n\n<marquee>x</marquee>\n"
    )
    done = crib("all", "--content", folder, "--out", out)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{folder}/01-first-steps.md:6: error[bad-key]: `#Why` is not a valid key\n  hint: " in done.stderr
    assert f"{folder}/01-first-steps.md:8: error[raw-html]" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(out) == files(whole.dist)
    assert all((out / name).read_bytes() == (whole.dist / name).read_bytes() for name in files(out))


def test_a_full_disk(make_book: MakeBook, tmp_path: Path) -> None:
    """Any unwritable file is reported in words: a built one, a temporary one, or stdout."""
    paths = ["--content", str(make_book()), "--out", str(tmp_path / "dist")]
    command = [sys.executable, "-m", "crib", "anki", "-j", "1", *paths]
    small = subprocess.run(
        ["bash", "-c", 'ulimit -f 8; "$@"', "_", *command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    with Path("/dev/full").open("w") as full:
        shut = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    for done in (small, shut):
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr


def test_a_folder_where_a_file_should_go(make_book: MakeBook, tmp_path: Path) -> None:
    """A problem outside the content is reported as an error, too."""
    (tmp_path / "dist/small-book.apkg").mkdir(parents=True)
    done = crib("anki", "--content", make_book(), "--out", tmp_path / "dist")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {tmp_path}/dist/small-book.apkg: a folder is in the way\n"


def test_check(make_book: MakeBook, tmp_path: Path) -> None:
    """Checking builds nothing."""
    done = crib("check", "--content", make_book())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "No problems: 1 chapter, 1 answer.\n")
    assert crib("check", "--content", tmp_path / "nowhere").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["pdf", "--nosuch"],
        ["pdf", "--chapter", "99"],
        ["pdf", "--chapter", "x"],
        ["pdf", "-j", "0"],
        ["pdf", "--templates", "nowhere"],
        ["cards", "--tag", "nosuch"],
        ["cards", "--dx", "9"],
        ["sheets", "--fill", "0"],
    ],
)
def test_wrong_usage(make_book: MakeBook, tmp_path: Path, arguments: list[str]) -> None:
    """The status is 2, and nothing is built."""
    done = crib(*arguments, *(["--content", make_book(), "--out", tmp_path / "dist"] * (arguments[0] != "nosuch")))
    assert done.returncode == 2
    assert "Error" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path / "dist") == []


@pytest.mark.parametrize("epoch", ["today", "", "-1", "5000000000", "9" * 5000])
def test_a_wrong_date(make_book: MakeBook, epoch: str) -> None:
    """A SOURCE_DATE_EPOCH outside the range of the outputs is wrong usage."""
    done = crib("check", "--content", make_book(), SOURCE_DATE_EPOCH=epoch)
    assert (done.returncode, "SOURCE_DATE_EPOCH" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["", "pdf", "epub", "anki", "all", "check", "clean"])
def test_help(name: str) -> None:
    """Every command has help with an example."""
    done = crib(*filter(None, [name]), "--help")
    assert done.returncode == 0
    assert re.search(r"^  Examples?:\n    crib ", done.stdout, re.MULTILINE)


def test_version() -> None:
    """The version is the package's."""
    assert crib_process("--version").stdout == f"crib, version {__version__}\n"


def test_clean(make_book: MakeBook, tmp_path: Path) -> None:
    """Built files are removed; other files stay."""
    out = tmp_path / "dist"
    crib("anki", "--content", make_book(), "--out", out)
    (out / "mine.txt").write_text("mine")
    assert crib("clean", "--out", out).returncode == 0
    assert files(out) == ["mine.txt"]


def test_templates_of_the_user(make_book: MakeBook, tmp_path: Path) -> None:
    """A user's template replaces Crib's; a mistake in it is reported without a traceback."""
    mine = tmp_path / "mine/sheets"
    mine.mkdir(parents=True)
    (mine / "sheet.html.j2").write_text("{{ nosuch }}")
    done = crib("sheets", "--content", make_book(), "--out", tmp_path / "dist", "--templates", mine.parent)
    assert done.returncode == 1
    assert "error[template]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(make_book: MakeBook, tmp_path: Path, sign: signal.Signals, status: int) -> None:
    """Ctrl-C ends with status 130, SIGTERM with 143; neither leaves anything half-written."""
    chapter = "\n".join(ANSWER.replace("#answer", f"#a{i}").replace("An", f"$x_{{{i}}}$") for i in range(900))
    process = subprocess.Popen(
        [sys.executable, "-m", "crib", "all", "--content", str(make_book(chapter)), "--out", str(tmp_path / "dist")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (tmp_path / "dist/.crib/lock").exists():
        time.sleep(0.01)
    process.send_signal(sign)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == status, stderr
    assert (stdout, files(tmp_path / "dist")) == ("", [])
    assert not (tmp_path / "dist/.crib/staging").exists()
    assert "Traceback" not in stderr


def test_source_date_epoch(make_book: MakeBook, tmp_path: Path) -> None:
    """SOURCE_DATE_EPOCH is the time in every output, instead of the book's date."""
    folder = make_book()
    crib("sheets", "--content", folder, "--out", tmp_path / "dist", SOURCE_DATE_EPOCH="86400")
    with pikepdf.open(tmp_path / "dist/sheets.pdf") as pdf:
        assert "19700102000000" in str(pdf.docinfo.CreationDate)


def test_a_path_with_control_characters(make_book: MakeBook, tmp_path: Path) -> None:
    """Control characters in a folder's name do not reach the terminal."""
    (tmp_path / "out\x1b[2J").touch()
    done = crib_process("anki", "--content", make_book(), "--out", tmp_path / "out\x1b[2J/dist")
    assert done.returncode == 1
    assert done.stderr.startswith("error")
    assert "[2J" in done.stderr
    assert "\x1b" not in done.stderr
