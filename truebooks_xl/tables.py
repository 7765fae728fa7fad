"""Answers as tables for a person: what each command shows in a terminal, a file or a pipe.

Protects: no figure is ever cut; a table that is too wide is shown row by row instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from truebooks_xl.errors import Problem

MONEY: Final = frozenset(
    {
        *("total", "gross", "tax", "net", "amount", "lines", "expected", "actual"),
        *("accounts", "rates", "old_gross", "new_gross", "difference", "difference_of_tax"),
    }
)

PROSE: Final = frozenset(
    {"cause", "chain", "error", "file", "previous", "reason", "result", "what", "remedy"}
)
"""Columns of sentences; every other column keeps to one line."""

NARROW: Final = 16
"""Characters of a line below which a sentence in a column cannot be read."""

WIDTH_OF_A_FILE: Final = 200
"""Characters a line may have where stdout is no terminal."""

LONGEST_TEXT: Final = 60
"""Characters of a description beside figures."""

WIDEST: Final = 10_000
"""Characters of a line that nothing is shortened for."""

COLUMNS: Final[dict[str, Sequence[str]]] = {
    "import": ("file", "settlement_id", "marketplace", "currency", "total", "lines", "result"),
    "list": (
        "settlement_id",
        "marketplace",
        "status",
        "from",
        "to",
        "currency",
        "total",
        "number",
        "chain",
    ),
    "post": ("settlement_id", "result", "number"),
    "rollback": ("settlement_id", "result", "previous"),
    "repost": ("settlement_id", "result", "number", "previous"),
    "correct": ("settlement_id", "result", "number"),
    "rebuild": ("settlement_id", "token", "number", "status", "restored"),
}
"""Of commands that answer with a row for each file or settlement."""

PARTS: Final[dict[str, Sequence[str]]] = {
    "documents": ("reference", "number", "status", "currency", "total"),
    "drift": ("finding", "number", "what", "remedy"),
    "findings": ("finding", "number", "what", "remedy"),
    "would_differ": ("settlement_id", "number", "inputs", "differences"),
    "fixed": ("token", "result", "kept", "voided", "error"),
}
"""Columns of a list within an answer; ids and addresses are for ``--json`` and the workbook."""


def show(command: str, document: dict[str, Any], stream: TextIO) -> None:
    """Show an answer."""
    console = _console(stream)
    if command == "preview":
        _preview(console, document)
    elif command == "serve":
        console.print(f"The sandbox listens at {document['address']}; Ctrl+C stops it.")
        console.print(f"Its state is kept in {escape(document['state'])}.")
    elif command in COLUMNS:
        _results(console, document["rows"], COLUMNS[command])
        for said in (*document.get("warnings", ()), *document.get("notices", ())):
            _message(console, f"Note: {escape(said)}")
    else:
        _facts(console, document)


def show_problems(problems: Sequence[Problem], stream: TextIO) -> None:
    """Show where, what and what to do next, a paragraph each."""
    console = _console(stream)
    for each in problems:
        _message(
            console, f"[bold red]{escape(each.where)}[/]: {escape(each.what)} {escape(each.remedy)}"
        )


def _console(stream: TextIO) -> Console:
    width = None if stream.isatty() else WIDTH_OF_A_FILE
    return Console(file=stream, width=width, highlight=False)


def _message(console: Console, markup: str) -> None:
    """Wrap a message within the terminal; in a file or a pipe it keeps to one line."""
    console.print(markup, soft_wrap=not console.is_terminal)


def _results(console: Console, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """Show a row for each file or settlement, and below them, at full width, what went wrong."""
    named = [
        {**row, "file": Path(row.get("file", "")).name if len(rows) > 1 else ""} for row in rows
    ]
    _rows(console, named, columns)
    for row in rows:
        if row.get("difference"):
            _difference(console, row["difference"])
        if row.get("correction"):
            console.print()
            _preview(console, row["correction"])
            _effect(console, row["correction"]["effect"])
            if said := row["correction"]["vat_error"]:
                _message(console, escape(said))
        for notice in row.get("notices") or ():
            _message(console, f"Note: {escape(notice)}")
        if row.get("error"):
            _message(console, f"[bold red]•[/] {escape(row['error'])}")


def _difference(console: Console, found: dict[str, Any]) -> None:
    """Show what a repost changes: lines, VAT boxes and profit, and why."""
    console.print(f"\n[bold]{escape(found['reference'])}[/]")
    for each in found["headings"]:
        console.print(f"{_label(each['name'])}: {escape(each['old'])} → {escape(each['new'])}")
    lines = [
        {
            **line,
            "description": _shortened(line["description"]),
            "old_gross": line["old"]["gross"],
            "new_gross": line["new"]["gross"],
            "difference": line["difference"]["gross"],
            "difference_of_tax": line["difference"]["tax"],
            "cause": ", ".join(line["causes"]),
        }
        for line in found["lines"]
    ]
    money = ("old_gross", "new_gross", "difference", "difference_of_tax")
    _rows(console, lines, ("description", "account", "tax_type", *money, "cause"))
    _effect(console, found["effect"])
    console.print(f"Cause: {escape('; '.join(found['causes']) or 'none that is on record')}.")


def _rows(console: Console, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    shown = [name for name in columns if any(row.get(name) not in (None, "", []) for row in rows)]
    texts = [[escape(_text(row.get(name))) for name in shown] for row in rows]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in shown:
        table.add_column(
            _label(name),
            justify="right" if name in MONEY else "left",
            overflow="fold",
            no_wrap=name not in PROSE,
            min_width=NARROW if name in PROSE else None,
        )
    for row_texts in texts:
        table.add_row(*row_texts)
    room = console.options.update(width=WIDEST)
    if Measurement.get(console, room, table).minimum > console.width:
        _blocks(console, shown, texts)
    else:
        console.print(table)


def _effect(console: Console, effect: dict[str, Any]) -> None:
    boxes = ", ".join(f"box {n} {amount}" for n, amount in effect["boxes"].items())
    console.print(f"Effect on the VAT return: {boxes}; on profit: {effect['profit']}.")


def _shortened(text: str) -> str:
    """Shorten a text beside figures; the figures are never cut."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _text(value: object) -> str:
    """Write a cell: several values beside each other, nothing as nothing."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value or "")


def _blocks(console: Console, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show a table that is wider than the terminal row by row; it would lose digits otherwise."""
    for n, row in enumerate(rows):
        if n:
            console.print()
        for name, text in zip(names, row, strict=True):
            if text:
                console.print(f"{_label(name)}: {text}")


def _facts(console: Console, document: dict[str, Any]) -> None:
    for name, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            console.print(f"\n[bold]{escape(_label(name))}[/]")
            _rows(console, value, PARTS.get(name, tuple(value[0])))
        elif isinstance(value, list):
            for each in value:
                console.print(f"{escape(_label(name))}: {escape(str(each))}")
        elif value not in {None, ""}:
            console.print(f"{escape(_label(name))}: {escape(str(value))}")


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _preview(console: Console, proposal: dict[str, Any]) -> None:
    console.print(
        f"[bold]{escape(proposal['reference'])}[/]  {proposal['document']}"
        f"  {proposal['date']}  {proposal['currency']} {proposal['total']}"
    )
    _rows(console, proposal["lines"], ("description", "account", "tax_type", "gross", "tax", "net"))
    for name, columns in (
        (
            "unmapped",
            ("transaction_type", "amount_type", "amount_description", "amount", "lines", "reason"),
        ),
        ("unknown_vat", ("order_id", "sku", "amount")),
        ("missing_accounts", ("where", "category", "account", "amount", "reason")),
        ("periods", ("kind", "period", "gross", "tax", "net")),
    ):
        if proposal[name]:
            console.print(f"\n[bold]{_label(name)}[/]")
            _rows(console, proposal[name], columns)
    console.print("\n[bold]Checks[/]")
    for check in proposal["checks"]:
        mark = "[green]OK   [/]" if check["ok"] else "[red]CHECK[/]"
        figures = (
            f"{check['expected']} = {check['actual']}"
            if check["ok"]
            else (f"{check['expected']} ≠ {check['actual']}")
        )
        console.print(f"{mark} {escape(check['name'])}: {figures}  {escape(check['note'])}")
    for notice in proposal["notices"]:
        console.print(f"Note: {escape(notice)}")
    console.print(f"Fingerprint {proposal['fingerprint']}")
