"""The command of the journal."""

from __future__ import annotations

from truebooks_xl.cli.shared import BookPath, Json, answer, group

app = group("The memory of what was posted.")


@app.command("rebuild")
def journal_rebuild(book: BookPath, *, json: Json = False) -> None:
    """Restore the journal and the workbook's rows from what Xero holds."""
    from truebooks_xl.actions.rebuilding.rebuild import rebuild  # noqa: PLC0415

    answer("rebuild", json, lambda progress: rebuild(book, progress=progress))


@app.callback()
def _group() -> None:
    """Keep it a group although it has one command."""
