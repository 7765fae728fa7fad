"""What Xero may say instead of yes, as the two kinds of wrong; one leaf per cause.

Protects: *refused* means nothing was written; *unavailable* means nobody knows, and pressing again
is safe. The accountant reads Xero's own words and, where we know them, what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from truebooks_xl.errors import NotThere, Refused, Unavailable


class Meaning(NamedTuple):
    """What one of Xero's messages means for the accountant."""

    sentence: str
    remedy: str


_LOCKED: Final = Meaning(
    "The day is locked in Xero.",
    "Move the lock date in Xero, or ask an adviser of the organisation to, then press again; what "
    "is posted already can stay and be put right by Correct.",
)
_PAID: Final = Meaning(
    "A payment or credit note is applied to it.",
    "Remove & Redo the payment in Xero, then press again; or leave it as it is and use Correct.",
)
_DEFECT: Final = Meaning(
    "That is a fault of TrueBooks XL, not of your data; nothing was posted.",
    "Give the settlement id to TrueBooks support.",
)
_ROLE: Final = Meaning(
    "The role of the connected Xero user is too low.",
    "Ask an adviser of the organisation to connect, or to raise the role.",
)
_MOVED: Final = Meaning(
    "It is voided, deleted or paid by now.",
    "Open it in Xero, then press again: its status is read afresh.",
)

MEANINGS: Final = {
    r"Invoice # must be unique": Meaning(
        "The number is taken in Xero, perhaps by a voided document.",
        "Open the document of that number in Xero, then press again.",
    ),
    r"Invoice not of valid status for modification": _MOVED,
    r"Invoice not of valid status for creation": _DEFECT,
    r"This document cannot be edited as it has a payment or credit note": _PAID,
    r"The status \w+ cannot be applied to the invoice because it has payments": _PAID,
    r"The document date cannot be before the (period|end of year) lock date": _LOCKED,
    r"The document cannot be edited as it is currently dated before the": _LOCKED,
    r"The TaxType code '.*' cannot be used with account code": Meaning(
        "The tax rate does not fit the account's class.",
        "Choose another account or tax type in its Mapping row, then Preview.",
    ),
    r"Account code '.*' is not a valid code for this document": Meaning(
        "The account is missing in Xero, or is of a kind no document may use.",
        "Choose another account in its Mapping row, then Preview.",
    ),
    r"Account code '.*' has been archived, or has been deleted": Meaning(
        "The account is archived.",
        "Choose another account in its Mapping row, or restore this one in Xero.",
    ),
    r"You cannot save this transaction using an inventory account type": Meaning(
        "Accounts of type Inventory are kept by Xero itself.",
        "Choose an account of type Current Asset in its Mapping row.",
    ),
    r"The contact with the specified contact details has been archived": Meaning(
        "The contact is archived.",
        "Open the contact in Xero and restore it, then press again.",
    ),
    r"The contact name .* is already assigned to another contact": Meaning(
        "Another contact has this name.",
        "Press again: the existing contact is then used.",
    ),
    r"Organisation is not subscribed to currency": Meaning(
        "The settlement's currency is not switched on in Xero.",
        "Add the currency in Xero (Settings, Currencies), then press again.",
    ),
    r"You have reached the limit of invoices you can approve": Meaning(
        "The Xero plan allows no more documents in the document's month.",
        "Check the plan in Xero: raise it, or wait for the next month.",
    ),
    r"Invoice with a total less than 0 cannot be approved": Meaning(
        "Xero approves no invoice with a negative total.",
        "Use a bill instead.",
    ),
    r"The invoice total does not equal the sum of the lines": _DEFECT,
    r"The total debits .* must equal total credits": _DEFECT,
    r"The quantity value .* is invalid": _DEFECT,
    r"The discount rate .* is invalid": _DEFECT,
    r"The User specified does not have the correct permissions": _ROLE,
    r"You are not permitted to access this resource": _ROLE,
    r"A validation exception occurred": Meaning(
        "Xero gives no further reason.",
        "Preview again and compare it with the organisation's lists, then press again.",
    ),
}
"""The fixed part of each message, compared without regard to case, and what to tell."""

_FINAL: Final = {_PAID, _LOCKED, _ROLE, _MOVED}
"""What forbids a change whatever its words."""

NUMBER_TAKEN: Final = "invoice # must be unique"
KEY_REUSED: Final = "idempotency key:"
_NO_MEANING: Final = Meaning("", "Put right what Xero says, then press again.")


def meaning(message: str) -> Meaning:
    """Say what a message of Xero means; an unknown one passes through with a general remedy."""
    for fixed_part, known in MEANINGS.items():
        if re.search(fixed_part, message, re.IGNORECASE):
            return known
    return _NO_MEANING


class RefusedByXero(Refused):
    """Xero said no; nothing was written there."""

    def __init__(self, asked: str, messages: Sequence[str]) -> None:
        assert messages, "a refusal without a reason"
        self.messages = tuple(messages)
        known = [meaning(each) for each in self.messages]
        self.final = not _FINAL.isdisjoint(known)
        """A payment, a lock date, a role or its status forbids it: no other body would help."""
        sentences = [f"{m.sentence} " if m.sentence else "" for m in known]
        said = [f"“{each}” {s}" for each, s in zip(self.messages, sentences, strict=True)]
        super().__init__(
            where=f"Xero, {asked}",
            what=("Xero refused: " + "".join(said)).strip(),
            remedy=" ".join(dict.fromkeys(m.remedy for m in known)),
        )


class NumberTaken(RefusedByXero):
    """Another document of the organisation has the number."""


class NotInXero(NotThere):
    """Xero has nothing under this id."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            where=f"Xero, {asked}",
            what="Xero does not have it.",
            remedy="Check that the workbook belongs to the connected organisation, then try again.",
        )


class SignInExpired(Refused):
    """Xero no longer accepts the sign-in."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            where=f"Xero, {asked}",
            what="Xero no longer accepts the sign-in; nothing was written.",
            remedy="Press Connect to Xero, sign in again, then repeat.",
        )


class ConnectionRemoved(Refused):
    """The organisation is not connected, or the user may not do this."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            where=f"Xero, {asked}",
            what="Xero does not let this connection in: it was removed there, or the user's role "
            "is too low. Nothing was written.",
            remedy="Press Connect to Xero, sign in as a user of the organisation, then repeat.",
        )


class XeroUnavailable(Unavailable):
    """Xero gave no usable answer to a question."""

    def __init__(self, asked: str, reason: str) -> None:
        super().__init__(
            where=f"Xero, {asked}",
            what=f"Xero gave no usable answer: {reason}.",
            remedy="Press again; nothing was changed.",
        )


class NotSent(XeroUnavailable):
    """Xero could not be reached, so nothing was written."""


class UnknownOutcome(Unavailable):
    """A write got no usable answer: it may have been done, and only a look-up can tell."""

    def __init__(self, asked: str, reason: str) -> None:
        super().__init__(
            where=f"Xero, {asked}",
            what=f"Xero gave no usable answer, so it may or may not have been done: {reason}.",
            remedy="Press again: Xero is asked what it holds before anything is written.",
        )


class TooManyCalls(Unavailable):
    """The organisation's call limit is used up; nothing was written."""

    def __init__(self, asked: str, limit: str, retry_after_s: int | None) -> None:
        self.limit = limit
        self.retry_after_s = retry_after_s
        wait = f" It opens again in {_in_words(retry_after_s)}." if retry_after_s else ""
        super().__init__(
            where=f"Xero, {asked}",
            what=f"The organisation's call limit ({limit or 'unnamed'}) is used up; nothing was "
            f"written.{wait}",
            remedy="Wait, then press again; what is done stays done.",
        )


def _in_words(seconds: int) -> str:
    """26 → ``26 seconds``; 66975 → ``18 h 37 min``, rounded up."""
    minutes = -(-seconds // 60)
    return f"{seconds} seconds" if seconds < 120 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004
