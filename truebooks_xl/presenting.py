"""Answers on the screen: the JSON document itself, or a table made from it.

Protects: what a table says is read from the same document that ``--json`` prints; a command whose
answer is JSON loads nothing that draws tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from truebooks_xl.actions.answer import Progress, failed, silent
from truebooks_xl.errors import Misuse, TrueBooksError


class Usage(Misuse):
    """The command line was given words that are not its own."""

    def __init__(self, command: str, said: str) -> None:
        what = " ".join(said.split())
        ended = what if what.endswith((".", "?")) else f"{what}."
        super().__init__(where=command, what=ended, remedy=f"Read “{command} --help”.")


def present(command: str, document: dict[str, Any], *, as_json: bool) -> None:
    """Show an answer on stdout."""
    if as_json:
        _document(document)
        return
    from truebooks_xl.tables import show  # noqa: PLC0415 loads rich

    show(command, document, sys.stdout)


def present_error(error: TrueBooksError, *, as_json: bool) -> None:
    """Show where, what and what to do next on stderr; with ``--json`` a document on stdout too."""
    from truebooks_xl.tables import show_problems  # noqa: PLC0415 loads rich

    if as_json:
        _document(failed(error))
    show_problems(error.problems, sys.stderr)


def _document(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()  # who reads the address of a server waits for it


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress]:
    """Give a function that shows what is being done now, on stderr of a terminal."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console  # noqa: PLC0415 loads rich
    from rich.markup import escape  # noqa: PLC0415 loads rich

    with Console(stderr=True).status("…") as status:
        yield lambda text: status.update(escape(text))
