"""What hangs on a document besides its figures: attached files and the notes of its history.

Protects: a file leaves and comes back byte for byte, under a name that no part of the way changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from truebooks_xl.core.ledger import Kind
from truebooks_xl.errors import Refused
from truebooks_xl.xero.client import Client
from truebooks_xl.xero.outcomes import Asked, Json, each_of, read_all
from truebooks_xl.xero.wire import instant

LARGEST_FILE_BYTES: Final = 3_000_000
"""The smallest of the limits that Xero's pages name (3, 10 and 25 MB)."""

LONGEST_NOTE: Final = 2_500
FILE_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""Blanks and # come back changed (``p%20q.csv``); Xero forbids others."""

_OF_INVOICES: Final = {
    "attach": "create_invoice_attachment_by_file_name",
    "attachments": "get_invoice_attachments",
    "attachment": "get_invoice_attachment_by_file_name",
    "note": "create_invoice_history",
    "notes": "get_invoice_history",
}
_OF_JOURNALS: Final = {
    "attach": "create_manual_journal_attachment_by_file_name",
    "attachments": "get_manual_journal_attachments",
    "attachment": "get_manual_journal_attachment_by_file_name",
    "note": "create_manual_journal_history_record",
    "notes": "get_manual_journals_history",
}


class Dressing:
    """Files and notes of invoices, bills and manual journals."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def attach(
        self, document_id: str, kind: Kind, name: str, content: bytes, network_key: str
    ) -> None:
        """Attach a file; Xero takes its type from its name."""
        assert FILE_NAME.fullmatch(name), name
        assert 0 < len(content) <= LARGEST_FILE_BYTES, f"{name} has {len(content)} bytes"
        asked = Asked(name, writes=True)
        # Only an invoice can be seen online by whom it is for.
        private = {} if kind == "MANUALJOURNAL" else {"include_online": "false"}
        answer = self._client.call(
            asked,
            _method("attach", kind),
            **_id(document_id, kind),
            file_name=name,
            body=content,
            idempotency_key=network_key,
            **private,
        )
        _done(asked, answer, "Attachments", "AttachmentID")

    def attachments(self, document_id: str, kind: Kind) -> Sequence[str]:
        """List the names of the files."""
        shown = self._asked("attachments", document_id, kind, "Attachments")
        return tuple(read_all(*shown, lambda each: str(each["FileName"])))

    def attachment(self, document_id: str, kind: Kind, name: str) -> bytes:
        """Read a file; it comes as it is, so there is no JSON to check it by."""
        asked = Asked(name)
        # The content type is a header the SDK insists on; Xero goes by the name.
        return self._client.raw(
            asked,
            _method("attachment", kind),
            **_id(document_id, kind),
            file_name=name,
            content_type="application/octet-stream",
        )

    def note(self, document_id: str, kind: Kind, text: str, network_key: str) -> None:
        """Add a note to the history."""
        assert 0 < len(text) <= LONGEST_NOTE, len(text)
        asked = Asked(f"a note on {document_id}", writes=True)
        answer = self._client.call(
            asked,
            _method("note", kind),
            **_id(document_id, kind),
            history_records={"HistoryRecords": [{"Details": text}]},
            idempotency_key=network_key,
        )
        _done(asked, answer, "HistoryRecords", "Details")

    def notes(self, document_id: str, kind: Kind) -> Sequence[str]:
        """Read the notes, newest first; those of one instant stay in Xero's order."""
        shown = self._asked("notes", document_id, kind, "HistoryRecords")
        dated = read_all(
            *shown, lambda each: (instant(each["DateUTC"]), str(each.get("Details") or ""))
        )
        return tuple(text for _, text in sorted(dated, key=lambda each: each[0], reverse=True))

    def _asked(self, what: str, document_id: str, kind: Kind, name: str) -> tuple[Asked, Any]:
        asked = Asked(f"the {what} of {document_id}")
        answer = self._client.call(asked, _method(what, kind), **_id(document_id, kind))
        return asked, answer.get(name)


def _method(what: str, kind: Kind) -> str:
    return (_OF_JOURNALS if kind == "MANUALJOURNAL" else _OF_INVOICES)[what]


def _id(document_id: str, kind: Kind) -> Mapping[str, str]:
    name = "manual_journal_id" if kind == "MANUALJOURNAL" else "invoice_id"
    return {name: document_id}


def _done(asked: Asked, answer: Json, name: str, id_name: str) -> None:
    """Believe that it was done, if the one element of the answer says so."""
    (told,) = each_of(asked, answer, name, id_name, [asked.words])
    if isinstance(told, Refused):
        raise told
