"""The small parts that tie a workbook together: content types, relationships, workbook.xml.

Protects: sheets, tables and names are found by following relationships, never by guessed paths,
and only what must change in these parts is changed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lxml import etree

from truebooks_xl.errors import DataError
from truebooks_xl.workbook.closed.addresses import Area
from truebooks_xl.workbook.closed.hostile import DamagedBook, NotAWorkbook, check_xml
from truebooks_xl.workbook.closed.package import Package

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES: Final = "[Content_Types].xml"
BEFORE_CALC: Final = ("sheets", "functionGroups", "externalReferences", "definedNames")

Changes = dict[str, bytes | None]


class Dates1904(DataError):
    """The workbook counts its days from 1904."""

    def __init__(self, book: str) -> None:
        super().__init__(
            where=book,
            what="The workbook counts its days from 1904: every date would be four years off.",
            remedy="Remove Excel's option “Use 1904 date system” (Advanced), check your dates.",
        )


class MissingName(DataError):
    """A named cell the product writes or reads is gone."""

    def __init__(self, book: str, name: str) -> None:
        super().__init__(
            where=book,
            what=f"The named cell {name} is missing, or is not one cell of a sheet.",
            remedy="Set it to its cell again in Excel: Formulas, Name Manager.",
        )


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part: what kind of part it leads to, and which."""

    id: str
    kind: str  # the last word of its type: ``worksheet``, ``table``
    target: str  # the part's name in the zip


def tag(name: str) -> str:
    """Return lxml's name of a SpreadsheetML element."""
    return f"{{{MAIN}}}{name}"


def parse(book: str, part: str, data: bytes) -> etree._Element:
    """Parse a part without entities, network or document types."""
    check_xml(book, part, data)
    try:
        return etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as torn:
        raise DamagedBook(book, f"{part} cannot be read ({torn})") from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def serialised(root: etree._Element) -> bytes:
    """Write a small part back, declaration included."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def relations_part(part: str) -> str:
    """Return where a part's relationships stand: ``xl/_rels/workbook.xml.rels``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations(package: Package, part: str) -> tuple[Relation, ...]:
    """Return a part's relationships to other parts, none when it has none."""
    path = relations_part(part)
    if path not in package:
        return ()
    root = parse(package.book, path, package.read(path))
    return tuple(
        Relation(
            each.get("Id", ""),
            each.get("Type", "").rpartition("/")[2],
            _resolved(part, each.get("Target", "")),
        )
        for each in root
        if each.get("TargetMode") != "External"
    )


def _resolved(part: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


class WorkbookPart:
    """The workbook's own part: its sheets and defined names."""

    def __init__(self, package: Package) -> None:
        self._package = package
        if CONTENT_TYPES not in package:
            raise NotAWorkbook(
                package.book,
                "This zip file is not an Excel workbook.",
                "Give an .xlsx or .xlsm file saved by Excel.",
            )
        main = [each.target for each in relations(package, "") if each.kind == "officeDocument"]
        if not main:
            raise DamagedBook(package.book, "it does not say where its workbook part is")
        self.part = package.name(main[0])
        self._root = self._read()

    def _read(self) -> etree._Element:
        book, data = self._package.book, self._package.read(self.part)
        if self.part.endswith(".bin"):
            raise NotAWorkbook(book, "This is a binary workbook (.xlsb).", "Save it as .xlsx.")
        root = parse(book, self.part, data)
        if root.tag == f"{{{STRICT}}}workbook":
            raise NotAWorkbook(
                book, "This is a Strict Open XML workbook.", "Save it as Excel Workbook (.xlsx)."
            )
        if root.tag != tag("workbook"):
            raise NotAWorkbook(book, "This is no Excel workbook.", "Give an .xlsx or .xlsm file.")
        properties = root.find(tag("workbookPr"))
        if properties is not None and properties.get("date1904") in {"1", "true", "on"}:
            raise Dates1904(book)
        return root

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """All parts the workbook part leads to."""
        return relations(self._package, self.part)

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """Worksheets in tab order: the tab's name to the part's name."""
        parts = {each.id: each.target for each in self.relations if each.kind == "worksheet"}
        return {
            each.get("name", ""): self._package.name(parts[each.get(f"{{{OFFICE}}}id", "")])
            for each in self._root.iterfind(f"{tag('sheets')}/{tag('sheet')}")
            if each.get(f"{{{OFFICE}}}id", "") in parts
        }

    def single(self, kind: str) -> str | None:
        """Return the one part of a kind, such as ``sharedStrings``; None where there is none."""
        return next((each.target for each in self.relations if each.kind == kind), None)

    def cell(self, name: str) -> tuple[str, Area]:
        """Find a named single cell: its sheet and its address.

        Raises:
            MissingName: no such name, or it is something else than one cell.
        """
        sheet, _, address = self._names.get(name.casefold(), "").rpartition("!")
        sheet = sheet.removeprefix("'").removesuffix("'").replace("''", "'")
        area = Area.parse(address)
        known = {each.casefold(): each for each in self.sheets}
        if area is None or (area.top, area.left) != (area.bottom, area.right):
            raise MissingName(self._package.book, name)
        if sheet.casefold() not in known:
            raise MissingName(self._package.book, name)
        return known[sheet.casefold()], area

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Names of the whole workbook; a sheet's own names are not ours."""
        return {
            each.get("name", "").casefold(): (each.text or "").strip()
            for each in self._root.iterfind(f"{tag('definedNames')}/{tag('definedName')}")
            if each.get("localSheetId") is None
        }

    def recalculated(self) -> Changes:
        """Return what makes Excel calculate everything on opening, and forget its old order."""
        return dict(self._full_calculation()) | dict(self._without_chain())

    def _full_calculation(self) -> Iterator[tuple[str, bytes]]:
        # A fresh tree: this object keeps describing the file as it was read.
        root = parse(self._package.book, self.part, self._package.read(self.part))
        properties = root.find(tag("calcPr"))
        if properties is None:
            properties = etree.Element(tag("calcPr"), calcId="191029")
            before = [each for each in root if each.tag in {tag(name) for name in BEFORE_CALC}]
            before[-1].addnext(properties)
        if properties.get("fullCalcOnLoad") != "1":
            properties.set("fullCalcOnLoad", "1")
            yield self.part, serialised(root)

    def _without_chain(self) -> Iterator[tuple[str, bytes | None]]:
        chain = self.single("calcChain")
        if chain is None:
            return
        if chain in self._package:
            yield self._package.name(chain), None
        path = self._package.name(relations_part(self.part))
        root = parse(self._package.book, path, self._package.read(path))
        for each in list(root):
            if each.get("Type", "").endswith("/calcChain"):
                root.remove(each)
        yield path, serialised(root)
        path = self._package.name(CONTENT_TYPES)
        root = parse(self._package.book, path, self._package.read(path))
        for each in list(root):
            if each.get("PartName", "").casefold() == f"/{chain}".casefold():
                root.remove(each)
        yield path, serialised(root)
