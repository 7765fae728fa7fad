"""The rows a posting command answers with.

Protects: every settlement asked for has its row, in the order asked for, with how it ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from truebooks_xl.actions.answer import Answer
from truebooks_xl.errors import TrueBooksError


@dataclass(slots=True)
class Results:
    """The rows of the answer, in the order asked for, and how bad the worst of them is."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    worst: int = 0

    def failed(self, settlement_id: str, wrong: TrueBooksError, **told: Any) -> None:  # noqa: ANN401
        """Add a settlement that was not carried out."""
        word = {3: "refused", 4: "unavailable"}.get(wrong.exit_status, "blocked")
        self.worst = max(self.worst, wrong.exit_status)
        self.add(settlement_id, word, error=str(wrong), **told)

    def add(
        self,
        settlement_id: str,
        result: str,
        *,
        number: str = "",
        url: str = "",
        error: str = "",
        **told: Any,  # noqa: ANN401 plain JSON types
    ) -> None:
        """Add a settlement; ``error`` beside a good result is worth an exit status of 1."""
        self.worst = max(self.worst, int(bool(error)))
        row = {"settlement_id": settlement_id, "result": result, "number": number, "url": url}
        self.rows.append(row | {"error": error, "notices": [], "previous": []} | told)

    def answer(self, order: Sequence[str], **more: object) -> Answer:
        """Return the answer of the command."""
        place = {each: n for n, each in enumerate(order)}
        self.rows.sort(key=lambda row: place.get(row["settlement_id"], len(place)))
        return Answer({"rows": self.rows, **more}, self.worst)
