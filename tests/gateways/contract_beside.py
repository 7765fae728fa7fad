"""What every Xero gateway must do with manual journals, files, notes, bank money and rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from contract import DAY, World, alter, create, draft, line

from truebooks_xl.core.ledger import BankTransaction, Change, Document, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.xero.errors import NotInXero, RefusedByXero
from truebooks_xl.xero.gateway import Xero

NARRATION = "(£31.70) TBUK-26881161592"


def journal(narration: str = NARRATION, dated_on: date = DAY) -> Draft:
    """Sales are credited, fees and the deposit debited; comes to 0.00."""
    lines = (
        line("Sales", "200", "OUTPUT2", "-42.00"),
        line("Seller fees", "402", "INPUT2", "10.30"),
        line(NARRATION, "850", "NONE", "31.70"),
    )
    return Draft("MANUALJOURNAL", "", narration, "", dated_on, dated_on, "GBP", lines)


class BesideContract:
    """Manual journals, then what hangs on documents, then what is only read."""

    def test_a_journal_is_a_draft_with_debits_and_credits(self, xero: Xero) -> None:
        wanted = journal()
        made = create(xero, wanted)
        for each in (made, xero.document(made.id, "MANUALJOURNAL")):
            assert (each.kind, each.status, each.number) == ("MANUALJOURNAL", "DRAFT", "")
            assert (each.reference, each.dated_on, each.due_on) == (NARRATION, DAY, None)
            assert each.lines == wanted.lines
            # 10.30 + 31.70 are debited; of the tax, -7.00 and 1.72.
            assert (str(each.total), str(each.total_tax)) == ("42.00", "-5.28")
            assert each.currency == "GBP"

    def test_a_journal_is_posted_and_voided_by_its_id(self, xero: Xero) -> None:
        made = create(xero, journal())
        posted = alter(xero, made, status="POSTED")
        assert (posted.id, posted.status, posted.lines) == (made.id, "POSTED", made.lines)
        assert alter(xero, posted, status="VOIDED").status == "VOIDED"
        read = xero.document(made.id, "MANUALJOURNAL")
        assert (read.status, read.reference) == ("VOIDED", NARRATION)

    def test_journals_get_each_their_own_answer(self, xero: Xero) -> None:
        lopsided = replace(journal("lopsided"), lines=journal().lines[:2])
        told = xero.create([journal("a"), lopsided, journal("c")], network_key="three")
        assert [type(each).__name__ for each in told] == ["Document", "RefusedByXero", "Document"]
        made = [each for each in told if isinstance(each, Document)]
        changes = [Change(made[0], status="POSTED"), Change(made[1], status="DELETED")]
        ended = xero.change(changes, network_key="two")
        assert [each.status for each in ended if isinstance(each, Document)] == [
            *("POSTED", "DELETED")
        ]

    def test_a_journal_that_does_not_balance_is_refused(self, xero: Xero) -> None:
        with pytest.raises(RefusedByXero, match="debits"):
            create(xero, replace(journal(), lines=journal().lines[:2]))

    def test_two_journals_may_say_the_same(self, xero: Xero) -> None:
        assert create(xero, journal(), "one").id != create(xero, journal(), "two").id

    def test_journals_of_some_days_are_listed_with_their_lines(self, xero: Xero) -> None:
        for narration, day_of_may in (("a", 19), ("b", 20), ("c", 21), ("d", 22)):
            create(xero, journal(narration, date(2026, 5, day_of_may)))
        found = xero.journals(date(2026, 5, 20), date(2026, 5, 21))
        assert sorted(each.reference for each in found) == ["b", "c"]
        assert all(each.lines == journal().lines for each in found)

    def test_a_journal_that_is_not_there_is_refused(self, xero: Xero) -> None:
        with pytest.raises(NotInXero):
            xero.document("0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11", "MANUALJOURNAL")

    @pytest.fixture(params=["ACCREC", "MANUALJOURNAL"])
    def made(self, xero: Xero, request: pytest.FixtureRequest) -> Document:
        kind: Kind = request.param
        if kind == "MANUALJOURNAL":
            return create(xero, journal())
        return create(xero, draft(xero.contact("Amazon.co.uk", network_key="contact")))

    def test_a_file_comes_back_byte_for_byte(self, xero: Xero, made: Document) -> None:
        content = bytes(range(256)) * 8 + b"\r\n{}\xff"
        xero.attach(made.id, made.kind, "TBUK-1_preview.xlsx", content, network_key="file")
        assert list(xero.attachments(made.id, made.kind)) == ["TBUK-1_preview.xlsx"]
        assert xero.attachment(made.id, made.kind, "TBUK-1_preview.xlsx") == content
        assert xero.document(made.id, made.kind).has_attachments

    def test_the_same_name_replaces_the_file(self, xero: Xero, made: Document) -> None:
        for content in (b"first", b"second"):
            xero.attach(made.id, made.kind, "a.csv", content, network_key=content.decode())
        assert list(xero.attachments(made.id, made.kind)) == ["a.csv"]
        assert xero.attachment(made.id, made.kind, "a.csv") == b"second"

    def test_a_file_that_is_not_there_is_refused(self, xero: Xero, made: Document) -> None:
        with pytest.raises(NotInXero):
            xero.attachment(made.id, made.kind, "none.csv")

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a b.csv", b"x"), ("a/b.csv", b"x"), ("", b"x"), ("a.csv", b""), ("a", b"x" * 3_000_001)],
    )
    def test_a_file_xero_would_change_or_refuse_is_never_sent(
        self, xero: Xero, name: str, content: bytes
    ) -> None:
        with pytest.raises(AssertionError):
            xero.attach("an id", "ACCREC", name, content, network_key="never")

    def test_notes_are_read_newest_first(self, xero: Xero, made: Document) -> None:
        for text in ("Posted by A. £31.70, TB-FP 8f1e.", "Voided by B."):
            xero.note(made.id, made.kind, text, network_key=text)
        ours = [each for each in xero.notes(made.id, made.kind) if " by " in each]
        assert ours == ["Voided by B.", "Posted by A. £31.70, TB-FP 8f1e."]

    def test_a_note_on_nothing_is_refused(self, xero: Xero) -> None:
        with pytest.raises(NotInXero):
            xero.note("0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11", "ACCREC", "?", network_key="no")

    def test_a_note_that_is_too_long_is_never_sent(self, xero: Xero) -> None:
        with pytest.raises(AssertionError):
            xero.note("an id", "ACCREC", "x" * 2501, network_key="never")

    def test_money_at_the_bank_is_listed_with_both_ends(self, xero: Xero, world: World) -> None:
        for day_of_may in (19, 20, 21, 22):
            world.bank_money(f"2026-05-{day_of_may}", f"{day_of_may}.01", f"Amazon {day_of_may}")
        found = xero.bank_transactions(date(2026, 5, 20), date(2026, 5, 21))
        assert [replace(each, id="") for each in found] == [
            BankTransaction(
                *("", date(2026, 5, day), "GBP", Money.exact(Decimal(f"{day}.01"), "GBP")),
                *(f"Amazon {day}", "AUTHORISED"),
            )
            for day in (20, 21)
        ]
        assert all(each.id for each in found)

    def test_what_the_user_may_do_is_told_by_name(self, xero: Xero) -> None:
        allowed = xero.permissions()
        assert allowed["CreateApprovedInvoice"] is True
        assert set(allowed.values()) <= {True, False}
