"""What nobody has verified of the real Xero: each such point is a named switch with a default.

Protects: the product must work either way. The tests run its main job under every setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from truebooks_xl.sandbox.xero.call import Unknown


@dataclass(frozen=True, slots=True)
class Policy:
    """One open question; ``settings[0]`` is the default, a number or ``none`` where so written."""

    name: str
    settings: tuple[str, ...]
    why: str

    @property
    def default(self) -> str:
        """The careful answer."""
        return self.settings[0]


POLICIES: Final = {
    each.name: each
    for each in (
        Policy("voided_number", ("taken", "free"), "Xero's help says taken, a vendor says free"),
        Policy(
            "voided_number_message",
            ("Invoice # must be unique.", "Invoice not of valid status for modification"),
            "reports differ on which refusal a voided number gets",
        ),
        Policy("deleted_number", ("free", "taken"), "Xero's help says free"),
        Policy("rename_authorised", ("allowed", "refused"), "Xero's pages allow it, untried here"),
        Policy("rename_with_authorise", ("allowed", "refused"), "number and status in one call"),
        Policy("rename_with_void", ("refused", "allowed"), "number and status in one call"),
        Policy("batch_post_by_id", ("allowed", "refused"), "in the specification, never seen"),
        Policy("short_void_body", ("accepted", "refused"), "the recorded void sent more fields"),
        Policy("negative_draft", ("accepted", "refused"), "one vendor's report"),
        Policy("zero_total_status", ("PAID", "AUTHORISED"), "seen PAID for a bill of 0.00"),
        Policy("void_zero_paid", ("refused", "allowed"), "unknown"),
        Policy("draft_in_locked_period", ("accepted", "refused"), "one vendor's report"),
        Policy("lock_adviser", ("false", "true"), "advisers pass the period lock, not the year's"),
        Policy("deleted_in_lists", ("no", "yes"), "unknown; voided ones are listed (recorded)"),
        Policy("half_penny", ("half up", "half even", "truncate"), "unknown at an exact half"),
        Policy("wrong_total", ("refused", "ignored"), "specification and reports differ"),
        Policy("reference_max", ("255", "none"), "not in the specification"),
        Policy("max_lines", ("none", "500"), "not documented"),
        Policy("plan_cap", ("none", "20/5"), "invoices/bills a month on small plans"),
        Policy("search_term_scope", ("number and reference", "contact too"), "not documented"),
        Policy("tax_class_check", ("strict", "off"), "a rate must fit the account's class"),
        Policy("rate_limits", ("off", "60/5000", "60/1000"), "practice must not crawl"),
        Policy("list_delay_s", ("0", "5", "30"), "lists and searches: not documented"),
        Policy("ids_delay", ("no", "yes"), "whether a list by IDs lags as others do"),
        Policy(
            "idem_concurrent",
            ("second waits, replays", "400"),
            "two requests under one key at the same time",
        ),
        Policy("extra_fields", ("off", "on"), "a later Xero may say more"),
        Policy("null_fields", ("off", "on"), "what is not set is left out, or null"),
        Policy("unknown_enum", ("off", "on"), "a later Xero may know more kinds of things"),
        Policy("idem_ttl_s", ("360", "1"), "how long an Idempotency-Key is remembered"),
    )
}


def checked(name: str, setting: str) -> str:
    """Return the setting if the policy has it."""
    if name not in POLICIES:
        raise Unknown(f"policy {name}; known are {', '.join(POLICIES)}")
    if setting not in POLICIES[name].settings:
        raise Unknown(f"{name}={setting!r}; it is one of {POLICIES[name].settings}")
    return setting
