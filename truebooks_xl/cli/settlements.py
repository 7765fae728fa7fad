"""The commands of settlements: import, preview, post and all that follows."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from truebooks_xl.cli.shared import BookPath, Code, Json, Reports, Yes, agreed, answer, group

app = group("Import, preview, post and correct settlements.")

Some = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Settlement ids.")]
AllPosted = Annotated[bool, typer.Option("--all-posted", help="Every settlement that is posted.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, and write nothing to Xero.")]
TakeOver = Annotated[
    bool,
    typer.Option("--take-over", help="Let go of a reservation left more than ten minutes ago."),
]


@app.command("import")
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
    from truebooks_xl.actions.importing.importing import import_files  # noqa: PLC0415

    answer(
        "import",
        json,
        lambda progress: import_files(
            book, files, replace=replace, marketplace_code=marketplace, progress=progress
        ),
    )


@app.command("list")
def settlements_list(book: BookPath, *, json: Json = False) -> None:
    """List the settlements of the workbook, with status and chain."""
    from truebooks_xl.actions.listing import list_settlements  # noqa: PLC0415

    answer("list", json, lambda _: list_settlements(book))


@app.command("preview")
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
    from truebooks_xl.actions.previewing.preview import preview  # noqa: PLC0415

    answer(
        "preview",
        json,
        lambda progress: preview(book, settlement_id, write=write, progress=progress),
    )


@app.command("post")
def settlements_post(
    book: BookPath,
    settlement_ids: Some = None,
    *,
    all_draft: Annotated[
        bool, typer.Option("--all-draft", help="Post every settlement that is a draft, or blocked.")
    ] = False,
    take_over: TakeOver = False,
    not_this: Annotated[
        list[str] | None,
        typer.Option("--not-this", metavar="ID", help="A document in Xero that is another one's."),
    ] = None,
    json: Json = False,
) -> None:
    """Post settlements to Xero, each as one authorised document; never twice, never voiding."""
    from truebooks_xl.actions.posting.post import post  # noqa: PLC0415

    ids = _some(settlement_ids, all_draft, "--all-draft")
    answer(
        "post",
        json,
        lambda progress: post(
            book,
            ids,
            all_draft=all_draft,
            take_over=take_over,
            not_this=not_this or (),
            progress=progress,
        ),
    )


@app.command("rollback")
def settlements_rollback(
    book: BookPath,
    settlement_ids: Some = None,
    *,
    posted: AllPosted = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Void what is posted, so that the settlements are drafts again; nothing is deleted."""
    from truebooks_xl.actions.posting.rollback import rollback  # noqa: PLC0415

    ids = _some(settlement_ids, posted, "--all-posted")
    agreed("Void their documents in Xero?", yes=yes, as_json=json)
    answer(
        "rollback",
        json,
        lambda progress: rollback(book, ids, all_posted=posted, progress=progress),
    )


@app.command("repost")
def settlements_repost(
    book: BookPath,
    settlement_ids: Some = None,
    *,
    posted: AllPosted = False,
    take_over: TakeOver = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Replace what is posted by what the preview says now, under the same number."""
    from truebooks_xl.actions.posting.repost import repost  # noqa: PLC0415

    ids = _some(settlement_ids, posted, "--all-posted")
    carry = partial(repost, book, ids, all_posted=posted, take_over=take_over)
    if not dry_run:
        agreed(
            "Void their documents in Xero and post anew?",
            yes=yes,
            as_json=json,
            command="repost",
            shown=lambda progress: carry(dry_run=True, progress=progress),
        )
    answer("repost", json, lambda progress: carry(dry_run=dry_run, progress=progress))


@app.command("correct")
def settlements_correct(
    book: BookPath,
    settlement_ids: Some = None,
    *,
    posted: AllPosted = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Post only the difference, as a document of 0.00, where nothing can be voided any more."""
    from truebooks_xl.actions.posting.correct import correct  # noqa: PLC0415

    ids = _some(settlement_ids, posted, "--all-posted")
    carry = partial(correct, book, ids, all_posted=posted)
    if not dry_run:
        agreed(
            "Post these corrections to Xero?",
            yes=yes,
            as_json=json,
            command="correct",
            shown=lambda progress: carry(dry_run=True, progress=progress),
        )
    answer("correct", json, lambda progress: carry(dry_run=dry_run, progress=progress))


def _some(settlement_ids: list[str] | None, every: bool, option: str) -> list[str]:
    """Return the settlements named; none is a mistake unless an option names them all."""
    if not settlement_ids and not every:
        raise typer.BadParameter(f"Name a settlement, or give {option}.", param_hint="ID…")
    return settlement_ids or []
