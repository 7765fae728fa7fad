"""The command line: every action of the ribbon as a command on the closed workbook.

Protects: firms that block macros and Macs without UDFs lose nothing. Stdout carries the answer
(one JSON document with ``--json``), stderr carries everything else.

Exit status: 0 done, 1 data to put right, 2 usage, 3 refused, 4 unavailable; of several rows the
highest; a path that cannot be read is data. Heavy imports stand inside the commands.
"""

from __future__ import annotations

from truebooks_xl.cli.program import main

__all__ = ["main"]
