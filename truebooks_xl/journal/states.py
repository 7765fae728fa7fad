"""The words in which the journal tells how a task ended, and how a document began.

Protects: each is written in one place, so that what is asked for is what was written.
"""

from __future__ import annotations

from typing import Final, Literal

End = Literal["posted", "rolled back", "awaiting approval", "refused", "stopped", "released"]

STANDS: Final = ("posted", "rolled back", "awaiting approval")
"""Ends that say what stands in Xero from then on; the others leave it as it was."""

CREATE: Final = "Create"
"""The step that makes a document; every other one names a document that is there."""
