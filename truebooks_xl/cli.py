"""The command line: every action of the ribbon as a command on the closed workbook.

Protects: firms that block macros and Macs without UDFs lose nothing. Stdout carries the answer
(one JSON document with ``--json``), stderr carries everything else.

Exit status: 0 done, 1 data to put right, 2 usage, 3 refused, 4 unavailable; of several rows the
highest; a path that cannot be read is data. Heavy imports stand inside the commands.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.exceptions import TyperException

from truebooks_xl import __version__
from truebooks_xl.actions.answer import Answer, Progress
from truebooks_xl.errors import Misuse, TrueBooksError

INTERRUPTED: Final = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Amazon settlements into Xero, to the penny, from an Excel workbook.",
)
settings_app = typer.Typer(no_args_is_help=True, help="The workbook's settings.")
settlements_app = typer.Typer(no_args_is_help=True, help="Import, preview and post settlements.")
xero_app = typer.Typer(no_args_is_help=True, help="What is read from Xero.")
sandbox_app = typer.Typer(no_args_is_help=True, help="The built-in practice Xero.")
app.add_typer(settings_app, name="settings")
app.add_typer(settlements_app, name="settlements")
app.add_typer(xero_app, name="xero")
app.add_typer(sandbox_app, name="sandbox")

BookPath = Annotated[
    Path, typer.Argument(metavar="BOOK", readable=False, help="The workbook, .xlsx or .xlsm.")
]
Reports = Annotated[
    list[Path], typer.Argument(metavar="FILE…", readable=False, help="Settlement reports.")
]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Settlement ids.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Code = Annotated[str, typer.Option("--marketplace", metavar="CODE", help="UK, DE, FR, US, CA…")]


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

    _answer("demo", json, lambda progress: run_demo(directory, progress=progress))


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

    _answer(
        "new",
        json,
        lambda progress: new_book(book, marketplace, country, sandbox=sandbox, progress=progress),
    )


@app.command()
def check(book: BookPath, *, json: Json = False) -> None:
    """Read the whole workbook and list every problem with its cell; nothing is changed."""
    from truebooks_xl.actions.books import check_book  # noqa: PLC0415

    _answer("check", json, lambda _: check_book(book))


@settings_app.command("set")
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

    _answer("settings", json, lambda _: set_setting(book, key, value, marketplace, effective_from))


@settlements_app.command("import")
def settlements_import(
    book: BookPath,
    files: Reports,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Accept other lines for a settlement not posted yet.")
    ] = False,
    marketplace: Code = "",
    json: Json = False,
) -> None:
    """Import settlement reports (Flat File V2, or the retired V1)."""
    from truebooks_xl.actions.importing import import_files  # noqa: PLC0415

    _answer(
        "import",
        json,
        lambda progress: import_files(
            book, files, replace=replace, marketplace_code=marketplace, progress=progress
        ),
    )


@settlements_app.command("list")
def settlements_list(book: BookPath, *, json: Json = False) -> None:
    """List the settlements of the workbook, with status and chain."""
    from truebooks_xl.actions.listing import list_settlements  # noqa: PLC0415

    _answer("list", json, lambda _: list_settlements(book))


@settlements_app.command("preview")
def settlements_preview(
    book: BookPath,
    settlement_id: Annotated[str, typer.Argument(metavar="ID", help="Settlement id.")],
    *,
    write: Annotated[
        bool, typer.Option("--write/--no-write", help="Fill Preview, Lines and Proof.")
    ] = True,
    json: Json = False,
) -> None:
    """Show the document a settlement becomes; exit status 1 while something blocks it."""
    from truebooks_xl.actions.previewing import preview  # noqa: PLC0415

    _answer(
        "preview",
        json,
        lambda progress: preview(book, settlement_id, write=write, progress=progress),
    )


@settlements_app.command("post")
def settlements_post(book: BookPath, settlement_ids: Ids, *, json: Json = False) -> None:
    """Post settlements to Xero, each as one authorised document; never twice."""
    from truebooks_xl.actions.posting import post  # noqa: PLC0415

    _answer("post", json, lambda progress: post(book, settlement_ids, progress=progress))


@xero_app.command("refresh")
def xero_refresh(book: BookPath, *, json: Json = False) -> None:
    """Read accounts, tax rates and the organisation from Xero into the workbook."""
    from truebooks_xl.actions.xero import refresh  # noqa: PLC0415

    _answer("refresh", json, lambda progress: refresh(book, progress=progress))


@sandbox_app.command("serve")
def sandbox_serve(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    json: Json = False,
) -> None:
    """Serve the practice Xero on this machine until interrupted."""
    from truebooks_xl.actions.xero import serve_sandbox  # noqa: PLC0415
    from truebooks_xl.presenting import present  # noqa: PLC0415

    serve_sandbox(port, lambda document: present("serve", document, as_json=json))


def _answer(command: str, as_json: bool, action: Callable[[Progress], Answer]) -> None:
    """Run an action and show its answer; its exit status becomes the command's."""
    from truebooks_xl.presenting import present, progress_bar  # noqa: PLC0415

    with progress_bar(quiet=as_json) as progress:
        answer = action(progress)
    present(command, answer.document, as_json=as_json)
    raise typer.Exit(answer.exit_status)


def main() -> None:
    """Run the command line; an error the accountant can act on becomes a message, not a trace."""
    try:
        status = app(prog_name="truebooks", standalone_mode=False)
    except TyperException as wrong:
        status = _misused(wrong)
    except TrueBooksError as error:
        status = _failed(error)
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        typer.echo("Stopped. Run it again: it looks before it writes.", err=True)
    sys.exit(status)


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
