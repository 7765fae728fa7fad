"""Write a synthetic settlement report: lines, path."""

import sys
from pathlib import Path

from truebooks_xl.sandbox.amazon.volume import report

with Path(sys.argv[2]).open("wb") as file:
    file.writelines(report(int(sys.argv[1])))
