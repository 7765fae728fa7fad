"""A new workbook from the built template, with the content type its extension promises.

Protects: a workbook that is already there is never overwritten, and Excel never meets an ``.xlsm``
that says it is an ``.xlsx``: it would refuse to open it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from truebooks_xl.errors import Misuse
from truebooks_xl.workbook.closed.hostile import check_xml
from truebooks_xl.workbook.closed.package import Package
from truebooks_xl.workbook.closed.parts import CONTENT_TYPES, WorkbookPart, parse, serialised
from truebooks_xl.workbook.closed.swap import locked, swap

MAIN_TYPES: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}


class AlreadyThere(Misuse):
    """A new workbook was asked for where a file already is."""

    def __init__(self, path: str) -> None:
        super().__init__(
            where=path,
            what="There is already a file with this name; it was left as it is.",
            remedy="Choose another name, or move the old file away first.",
        )


class NotAWorkbookName(Misuse):
    """The name of a new workbook does not fit what it holds."""

    def __init__(self, path: str, what: str, remedy: str) -> None:
        super().__init__(where=path, what=what, remedy=remedy)


def check_name(target: Path) -> str:
    """Return the content type of a new workbook of this name.

    Raises:
        NotAWorkbookName: it ends in neither ``.xlsx`` nor ``.xlsm``.
    """
    content_type = MAIN_TYPES.get(target.suffix.lower())
    if content_type is None:
        raise NotAWorkbookName(
            str(target), "A workbook's name ends in .xlsm or .xlsx.", "Add one of the two."
        )
    return content_type


def copy_template(template: Path, target: Path) -> None:
    """Make a new workbook; its content type follows its extension, all else is the template's.

    Raises:
        AlreadyThere: there is a file of that name.
        NotAWorkbookName: it ends in neither ``.xlsx`` nor ``.xlsm``, the folder is missing, or the
            template's macros would have no place in an ``.xlsx``.
        NotWritable: the folder does not let itself be written.
    """
    content_type = check_name(target)
    if not target.parent.is_dir():
        raise NotAWorkbookName(
            str(target), f"There is no folder {target.parent}.", "Name another, or make it first."
        )
    package = Package(template)
    workbook = WorkbookPart(package)
    if workbook.single("vbaProject") and content_type == MAIN_TYPES[".xlsx"]:
        raise NotAWorkbookName(str(target), "An .xlsx cannot hold macros.", "Name it .xlsm.")
    types = _typed(package, workbook.part, content_type)
    target = target.resolve()
    with locked(target):
        if os.path.lexists(target):
            raise AlreadyThere(str(target))
        swap(target, None, lambda out: package.save(out, {CONTENT_TYPES: (types,)}), _check)


def _typed(package: Package, part: str, content_type: str) -> bytes:
    """Return the content types with that of the workbook's own part set."""
    root = parse(package.book, CONTENT_TYPES, package.read(CONTENT_TYPES))
    for each in root:
        if each.get("PartName", "").casefold() == f"/{part}".casefold():
            each.set("ContentType", content_type)
    return serialised(root)


def _check(saved: Path) -> None:
    """Prove that the new workbook opens, part by part."""
    package = Package(saved)
    for part in package.parts():
        if part.endswith((".xml", ".rels")):
            check_xml(package.book, part, package.read(part))
    assert WorkbookPart(package).sheets, "the new workbook has no sheets"
