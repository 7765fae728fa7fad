"""One ``write``: the edits done, the parts packed, the file read back and put in place.

Protects: whatever goes wrong while saving, in our code or on the disk, the old file stays. A file
that does not hold what was written is our bug, hence an assert, and the user's is unharmed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from truebooks_xl.workbook.book import Edit
from truebooks_xl.workbook.closed.edits import Editing
from truebooks_xl.workbook.closed.hostile import check_xml
from truebooks_xl.workbook.closed.package import Chunks, Package
from truebooks_xl.workbook.closed.snapshot import Snapshot
from truebooks_xl.workbook.closed.swap import locked, refuse_if_open, swap


def save(snapshot: Snapshot, edits: Sequence[Edit]) -> None:
    """Apply edits to the file a snapshot was read from.

    Raises:
        DataError: nothing was written; see ``Book.write``.
    """
    old = snapshot.package
    with locked(old.path):
        refuse_if_open(old.path)
        editing = Editing(snapshot)
        for edit in edits:
            editing.apply(edit)
        changes = _changes(editing)
        swap(
            old.path,
            old.data,
            lambda stream: old.save(stream, changes),
            lambda saved: verify(saved, old, changes.keys(), editing),
        )


def _changes(editing: Editing) -> dict[str, Chunks | None]:
    changes = editing.changes()
    for name, data in editing.snapshot.workbook.recalculated().items():
        changes[name] = None if data is None else (data,)
    return changes


def verify(saved: Path, old: Package, changed: Collection[str], editing: Editing) -> None:
    """Prove that a saved file holds the edits, and everything else byte for byte."""
    new = Package(saved)
    records = dict(new.records())
    for name, record in old.records():
        if name not in changed:
            assert records[name] == record, f"{name} was not to be touched"
        elif name in records:
            check_xml(new.book, name, new.read(name))
    for part, sheet in editing.sheets.items():
        rows = new.read(part).count(b"<row ")
        assert rows == len(sheet.numbers()), f"{part} has {rows} rows on disk"
    for table in editing.tables.values():
        assert f'ref="{table.area}"'.encode() in new.read(table.part), f"{table.part} was resized"
