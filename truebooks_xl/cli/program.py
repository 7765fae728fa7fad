"""The program: its groups of commands, and how it ends.

Protects: an error the accountant can act on becomes a message and an exit status, never a trace.
"""

from __future__ import annotations

import sys
from json import dumps as json_text
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.exceptions import TyperException

from truebooks_xl import __version__
from truebooks_xl.cli import journal, sandbox, settlements, xero
from truebooks_xl.cli.shared import BookPath, Code, Json, answer, group
from truebooks_xl.errors import Misuse, TrueBooksError

INTERRUPTED: Final = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Amazon settlements into Xero, to the penny, from an Excel workbook.",
)
settings = group("The workbook's settings.")
app.add_typer(settings, name="settings")
app.add_typer(settlements.app, name="settlements")
app.add_typer(xero.app, name="xero")
app.add_typer(journal.app, name="journal")
app.add_typer(sandbox.app, name="sandbox")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"truebooks {__version__}")
        raise typer.Exit


@app.callback()
def truebooks(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Amazon settlements into Xero, to the penny, from an Excel workbook."""


@app.command()
def demo(
    *,
    directory: Annotated[
        Path | None, typer.Option("--dir", readable=False, help="Where its workbook goes.")
    ] = None,
    json: Json = False,
) -> None:
    """Run the whole job on a synthetic UK fortnight: new, import, preview, post to the sandbox."""
    from truebooks_xl.actions.demo import run_demo  # noqa: PLC0415

    answer("demo", json, lambda progress: run_demo(directory, progress=progress))


@app.command()
def new(
    book: BookPath,
    *,
    marketplace: Code = "UK",
    country: Annotated[
        str, typer.Option("--country", metavar="CC", help="Country of the Xero organisation.")
    ] = "",
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Use the practice Xero.")] = False,
    json: Json = False,
) -> None:
    """Make a new workbook with the default rules of a marketplace."""
    from truebooks_xl.actions.books import new_book  # noqa: PLC0415

    answer(
        "new",
        json,
        lambda progress: new_book(book, marketplace, country, sandbox=sandbox, progress=progress),
    )


@app.command()
def check(book: BookPath, *, json: Json = False) -> None:
    """Read the whole workbook and list every problem with its cell; nothing is changed."""
    from truebooks_xl.actions.books import check_book  # noqa: PLC0415

    answer("check", json, lambda _: check_book(book))


@settings.command("set")
def settings_set(
    book: BookPath,
    key: Annotated[str, typer.Argument(metavar="KEY", help="As in the Settings sheet.")],
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    *,
    marketplace: Code = "",
    effective_from: Annotated[
        str, typer.Option("--from", metavar="DAY", help="First day, YYYY-MM-DD.")
    ] = "",
    json: Json = False,
) -> None:
    """Set one setting, for all marketplaces or one, from a day on or always."""
    from truebooks_xl.actions.configuring import set_setting  # noqa: PLC0415

    answer("settings", json, lambda _: set_setting(book, key, value, marketplace, effective_from))


def main() -> None:
    """Run the command line; an error the accountant can act on becomes a message, not a trace."""
    try:
        status = app(prog_name="truebooks", standalone_mode=False)
    except TyperException as wrong:
        status = _misused(wrong)
    except TrueBooksError as error:
        status = _failed(error)
    except (KeyboardInterrupt, typer.Abort):  # the second: a question was answered with no
        status = INTERRUPTED
    if status == INTERRUPTED:
        _stopped()
    sys.exit(status)


def _stopped() -> None:
    """Say that it was stopped; with ``--json`` a document on stdout too."""
    said = "Run it again: it looks before it writes."
    if "--json" in sys.argv:
        problem = {"where": "truebooks", "what": "It was stopped.", "remedy": said}
        error = {"kind": "Interrupted", "exit_status": INTERRUPTED, "problems": [problem]}
        typer.echo(json_text({"error": error}))
    typer.echo(f"Stopped. {said}", err=True)


def _misused(wrong: TyperException) -> int:
    """Say what typer found wrong; a group without a command is answered by its help."""
    from truebooks_xl.presenting import Usage  # noqa: PLC0415

    text, context = wrong.format_message(), getattr(wrong, "ctx", None)
    if text.startswith("Usage:"):
        typer.echo(text, err=True)
        return Misuse.exit_status
    return _failed(Usage(context.command_path if context else "truebooks", text))


def _failed(error: TrueBooksError) -> int:
    from truebooks_xl.presenting import present_error  # noqa: PLC0415

    present_error(error, as_json="--json" in sys.argv)
    return error.exit_status
