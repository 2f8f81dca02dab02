"""Commands to find problems: `check` for the content, `a11y` for the accessibility of built files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crib.options import content_option, out_option, strict_option, templates_option
from crib.plurals import count
from crib.problems import ERROR, BuildError, ContentError
from crib.program_name import command_on, program_name

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book


@click.command()
@click.option("--fix", "fixes", is_flag=True, help="First fix problems that have only one remedy, as `fix` does.")
@click.option("--json", "as_json", is_flag=True, help="Also print the problems to stdout, as JSON (SARIF 2.1.0).")
@strict_option
@templates_option
@content_option
def check(content: Path, templates: Path | None, *, strict: bool, as_json: bool, fixes: bool) -> None:
    """Look for problems in the content; build nothing.

    \b
    Examples:
      crib check --content mybook
      crib check --json > problems.sarif
    """
    from crib.cli.fix import fix_files
    from crib.lint.gists import worth_a_gist

    if fixes:
        fix_files(content)
    book = _checked(content, strict=strict, as_json=as_json)
    for chapter, codes in worth_a_gist(book):
        click.echo(f"{chapter.file}: sheets show only a part of {', '.join(codes)}: a gist would help.", err=True)
    if book.ledger is not None:
        from crib.outputs.anki.jobs import Edition, abbreviated
        from crib.render.templates import Templates

        edition = Edition(book, Templates(templates))
        if edition.record and edition.changes:
            names = abbreviated(edition.changes)
            click.echo(f"Not in anki.lock until `{command_on(content, 'anki')}` runs: {names}.", err=True)


def _checked(content: Path, *, strict: bool, as_json: bool) -> Book:
    """Print and count the problems of the book in *content*; return the book, or exit if one is an error."""
    from crib.cli.sarif import sarif
    from crib.pipeline.reading import read_with_warnings

    try:
        book, warnings = read_with_warnings(content, strict=strict)
    except ContentError as error:
        if as_json:
            click.echo(sarif(error.problems))
        errors = sum(problem.severity == ERROR for problem in error.problems)
        others = len(error.problems) - errors
        click.echo(str(error), err=True)
        click.echo(count(errors, "error") + (f", {count(others, 'warning')}." if others else "."), err=True)
        raise click.exceptions.Exit(error.exit_status) from None
    if as_json:
        click.echo(sarif(warnings))
    for warning in warnings:
        click.echo(str(warning), err=True)
    counts = count(len(book.chapters), "chapter"), count(sum(1 for _ in book.answers), "answer")
    verdict = f"No errors, {count(len(warnings), 'warning')}" if warnings else "No problems"
    click.echo(f"{verdict}: {', '.join(counts)}.", err=True)
    return book


@click.command()
@out_option
def a11y(out: Path) -> None:
    """Report on the accessibility of the built PDFs and e-books.

    DAISY Ace checks the e-books, if it, Node and Chromium are on PATH.

    \b
    Example:
      crib a11y --out ~/Books
    """
    from crib.audit.pdf import NOT_VALIDATED, audit_pdf
    from crib.engine.dist import Dist

    dist = Dist(out)
    built = sorted(dist.built)
    pdfs, books = ([path for path in built if path.endswith(kind)] for kind in (".pdf", ".epub"))
    if not pdfs and not books:
        raise BuildError(f"no PDF or e-book was built in {out}: `{program_name()} all` builds them")
    reports = {path: audit_pdf(dist.read(path)) for path in pdfs}
    for path, report in reports.items():
        click.echo(f"{path}: {report}")
    findings = sum(len(report.findings) for report in reports.values()) + _ask_ace(out, books)
    if pdfs:
        click.echo(f"\n{NOT_VALIDATED}")
    if findings:
        raise BuildError(f"{findings} findings in {len(pdfs + books)} files")


def _ask_ace(out: Path, books: list[str]) -> int:
    """Print the findings of DAISY Ace in *books*, or a note that it is missing; return their number."""
    from crib.audit import ace

    if missing := ace.missing_tools():
        remedy = "`npm install --global @daisy/ace-cli` installs Ace; in a clone, `make a11y` does"
        for path in books:
            click.echo(f"{path}: NOT CHECKED: {missing} not on PATH ({remedy})")
        return 0
    findings = {path: ace.run_ace(out / path) for path in books}
    for path, lines in findings.items():
        click.echo("\n".join(f"{path}: {line}" for line in lines or ["no findings (by DAISY Ace)"]))
    return sum(map(len, findings.values()))
