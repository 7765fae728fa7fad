"""XlsxWriter's own time for the cells a preview writes: Preview, Lines and Proof of a workbook.

Prints seconds: from the first cell to the closed file, without importing and without reading.
"""

import sys
import tempfile
import time
from pathlib import Path

import python_calamine
import xlsxwriter

SHEETS = ("Preview", "Lines", "Proof")

source = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
sheets = {name: source.get_sheet_by_name(name).to_python() for name in SHEETS}
with tempfile.TemporaryDirectory() as folder:
    began = time.perf_counter()
    book = xlsxwriter.Workbook(Path(folder) / "cells.xlsx")
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    seconds = time.perf_counter() - began
print(seconds)
