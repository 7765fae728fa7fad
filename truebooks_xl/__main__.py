"""``python -m truebooks_xl`` is the ``truebooks`` command."""

from truebooks_xl.cli import main

main()
