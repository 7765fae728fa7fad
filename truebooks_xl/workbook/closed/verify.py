"""The new file, read back from disk before it takes the old one's place.

Protects: whatever goes wrong while saving, in our code or on the disk, the old file stays. A
failure here is our bug, hence an assert, and the user's workbook is unharmed.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from truebooks_xl.workbook.closed.edits import Editing
from truebooks_xl.workbook.closed.hostile import check_xml
from truebooks_xl.workbook.closed.package import Package


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
