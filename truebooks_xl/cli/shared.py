"""What all commands share: their arguments, and how an answer is shown.

Protects: stdout carries the answer (one JSON document with ``--json``), stderr everything else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from truebooks_xl.actions.answer import Answer, Progress

BookPath = Annotated[
    Path, typer.Argument(metavar="BOOK", readable=False, help="The workbook, .xlsx or .xlsm.")
]
Reports = Annotated[
    list[Path], typer.Argument(metavar="FILE…", readable=False, help="Settlement reports.")
]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Settlement ids.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Code = Annotated[str, typer.Option("--marketplace", metavar="CODE", help="UK, DE, FR, US, CA…")]


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")]


def agreed(
    question: str,
    *,
    yes: bool,
    as_json: bool,
    command: str = "",
    shown: Callable[[Progress], Answer] | None = None,
) -> None:
    """Ask whether to go on, where somebody sits at a terminal; a script is not asked.

    Args:
        shown: what would be done, without doing it: it is shown first, as ``command`` shows it.
    """
    if yes or as_json or not sys.stdin.isatty():
        return
    if shown is not None:
        _show(command, shown, as_json=False)
    typer.confirm(question, abort=True, err=True)


def group(help_text: str) -> typer.Typer:
    """Make a group of commands."""
    return typer.Typer(no_args_is_help=True, help=help_text)


def answer(command: str, as_json: bool, action: Callable[[Progress], Answer]) -> None:
    """Run an action and show its answer; its exit status becomes the command's."""
    raise typer.Exit(_show(command, action, as_json=as_json))


def _show(command: str, action: Callable[[Progress], Answer], *, as_json: bool) -> int:
    from truebooks_xl.presenting import present, progress_bar  # noqa: PLC0415

    with progress_bar(quiet=as_json) as progress:
        found = action(progress)
    present(command, found.document, as_json=as_json)
    return found.exit_status
