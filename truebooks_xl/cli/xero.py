"""The commands of Xero: sign in, lists, and the scan for what is not as it should be."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from truebooks_xl.cli.shared import BookPath, Json, Yes, agreed, answer, group

app = group("The connection to Xero, its lists, and Integrity.")


@app.command("connect")
def xero_connect(
    book: BookPath,
    *,
    client_id: Annotated[
        str, typer.Option("--client-id", metavar="ID", help="Of your own app at Xero.")
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="NAME", help="Its name or id in Xero.")
    ] = "",
    custom: Annotated[
        bool, typer.Option("--custom", help="Sign in with a custom connection's secret.")
    ] = False,
    journals: Annotated[
        bool, typer.Option("--journals", help="Ask for the right to post manual journals.")
    ] = False,
    bank: Annotated[
        bool, typer.Option("--bank", help="Ask for the right to read bank transactions.")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="The browser is on another machine: paste its address.")
    ] = False,
    json: Json = False,
) -> None:
    """Sign in to Xero and bind the workbook to one organisation; secrets go to the keychain."""
    from truebooks_xl.actions.signing_in.connecting import connect  # noqa: PLC0415

    answer(
        "connect",
        json,
        lambda progress: connect(
            book,
            client_id=client_id,
            organisation=organisation,
            custom=custom,
            journals=journals,
            bank=bank,
            paste=paste,
            ask=asked if sys.stdin.isatty() else None,
            progress=progress,
        ),
    )


@app.command("status")
def xero_status(book: BookPath, *, json: Json = False) -> None:
    """Say which organisation the workbook leads to, and whether the sign-in still holds."""
    from truebooks_xl.actions.signing_in.connecting import status  # noqa: PLC0415

    answer("status", json, lambda _: status(book))


@app.command("disconnect")
def xero_disconnect(
    book: BookPath,
    *,
    sign_out: Annotated[
        bool, typer.Option("--sign-out", help="Also end all connections of this app and user.")
    ] = False,
    json: Json = False,
) -> None:
    """End the connection in Xero and forget the sign-in; the workbook stays bound."""
    from truebooks_xl.actions.signing_in.connecting import disconnect  # noqa: PLC0415

    answer("disconnect", json, lambda _: disconnect(book, sign_out=sign_out))


def asked(question: str) -> str:
    """Ask on the terminal; what is typed is a secret and is not shown."""
    return str(typer.prompt(question, hide_input=True, err=True))


@app.command("refresh")
def xero_refresh(book: BookPath, *, json: Json = False) -> None:
    """Read accounts, tax rates and the organisation from Xero into the workbook."""
    from truebooks_xl.actions.xero import refresh  # noqa: PLC0415

    answer("refresh", json, lambda progress: refresh(book, progress=progress))


@app.command("integrity")
def xero_integrity(
    book: BookPath,
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Void duplicates where no figure can be lost.")
    ] = False,
    would_differ: Annotated[
        bool, typer.Option("--would-differ", help="Also decide all posted settlements anew.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Scan Xero for duplicates, drift and leftovers; without --fix nothing is changed there."""
    from truebooks_xl.actions.integrity.tool import integrity  # noqa: PLC0415

    if fix:
        agreed(
            "Void in Xero what the scan says may go?",
            yes=yes,
            as_json=json,
            command="integrity",
            shown=lambda progress: integrity(book, progress=progress),
        )
    answer(
        "integrity",
        json,
        lambda progress: integrity(book, fix=fix, differing=would_differ, progress=progress),
    )
