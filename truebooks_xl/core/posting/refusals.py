"""Why a posting stops before it writes, or gives back what it wrote; one leaf per cause.

Protects: each stop says who holds what, and the one thing to do next.
"""

from __future__ import annotations

from truebooks_xl.errors import Refused, Unavailable


class PostedDifferently(Refused):
    """Xero holds another document for this settlement."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"It is posted as {number}, and that differs from the preview: {difference}.",
            remedy="Use Repost to replace it, or Correct if it can no longer be voided; "
            "Post never voids.",
        )


class SeveralStand(Refused):
    """Xero holds more than one active document for this settlement."""

    def __init__(self, reference: str, numbers: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"More than one active document carries the reference: {numbers}.",
            remedy="Run Integrity scan, and Fix duplicates; then press again.",
        )


class ForeignCopy(Refused):
    """Somebody else's document carries the settlement's reference."""

    def __init__(self, reference: str, number: str, status: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} ({status}) carries the reference and was not posted from here.",
            remedy="Void it in Xero, or run Fix duplicates, then press again.",
        )


class SubmittedForApproval(Refused):
    """The settlement's document waits for approval in Xero."""

    def __init__(self, reference: str, number: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} is submitted for approval and not in the ledger yet.",
            remedy="Approve it in Xero, then press Post again; it will be taken over.",
        )


class InterruptedRepost(Refused):
    """A repost renamed the old document and was not finished."""

    def __init__(self, reference: str, number: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} still stands under the number of a retired document.",
            remedy="Press Repost: it finishes what was begun.",
        )


class ChangedMeanwhile(Refused):
    """What stands in Xero is not what the accountant was shown."""

    def __init__(self, reference: str, number: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} appeared or changed in Xero since this was begun; "
            "nothing more was written.",
            remedy="Look at it in Xero; if a colleague posted it, run “truebooks journal rebuild "
            "BOOK”; then press again.",
        )


class HasPayments(Refused):
    """Money is applied to the document that would have to be voided."""

    def __init__(self, reference: str, number: str, applied: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} cannot be voided: {applied} applied to it.",
            remedy="Use Remove & Redo on the payment in Xero and press again, or use Correct.",
        )


class HasCorrections(Refused):
    """Corrections of the settlement stand, and would be wrong without it."""

    def __init__(self, reference: str, numbers: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Corrections of it stand: {numbers}.",
            remedy="Void them in Xero first, or use Correct for what has changed since.",
        )


class CorrectionUnderWay(Refused):
    """Somebody is correcting the settlement, and would correct what is to be voided."""

    def __init__(self, reference: str, numbers: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"A correction of it is under way: draft {numbers}.",
            remedy="Wait until it is finished, or delete the draft in Xero if it was left; "
            "then press again.",
        )


class VoidRefused(Refused):
    """Xero did not void the old document, so no new one was authorised."""

    def __init__(self, reference: str, number: str, reason: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} was not voided, and nothing new was authorised. {reason}",
            remedy="Put right what Xero says and press again, or use Correct.",
        )


class DraftHeld(Refused):
    """A draft under a final number has another content than the preview."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} waits there with another content: {difference}.",
            remedy="Roll the settlement back, then Post; or approve the draft in Xero.",
        )


class ReservedNow(Refused):
    """Somebody is posting this settlement with another content at this moment."""

    def __init__(self, reference: str, number: str, since: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} has reserved it since {since}: {difference}.",
            remedy="Wait ten minutes for its owner to finish, then press again.",
        )


class ReservedLong(Refused):
    """A reservation with another content was left behind."""

    def __init__(self, reference: str, number: str, since: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} has reserved it since {since} and was left: {difference}.",
            remedy="Ask who left it, then repeat with --take-over: the draft is let go.",
        )


class TotalsDiffer(Refused):
    """Xero computed other figures for the draft than the preview shows."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} came back with other figures and was let go: {difference}.",
            remedy="Check the tax rates with Refresh, then Preview and press again.",
        )


class KeepsItsNumber(Refused):
    """A draft of ours was approved in Xero, and its number cannot be changed from here."""

    def __init__(self, reference: str, number: str, reason: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} was approved there before it had its own number. {reason}",
            remedy="Give it the next free AMZ-TB- number in Xero, then press again.",
        )


class LockLost(Refused):
    """The lock was taken over while the document was being made."""

    def __init__(self, reference: str, number: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"The lock {number} is no longer ours; nothing was authorised.",
            remedy="Press again: it looks at what the other one did.",
        )


class NeverSettles(Unavailable):
    """Xero does not show what it accepted, or others are faster each time."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what="Xero does not show the document it accepted, or others were faster each time.",
            remedy="Wait a minute and press again; it looks before it writes.",
        )
