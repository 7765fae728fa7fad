"""Integrity decided: what is found, and which copy stays; nothing paid is ever voided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from copies_in_xero import (
    AT,
    LINES,
    PAYMENT,
    REFERENCE,
    TOKEN,
    bill,
    document,
    pounds,
    snapshot,
)
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.copies import Recorded, Shown
from truebooks_xl.core.findings import Finding
from truebooks_xl.core.fixing import Asked, Fix, Nothing, Plan, plan_fix
from truebooks_xl.core.groups import Group, grouped
from truebooks_xl.core.integrity import Records, Survey, survey
from truebooks_xl.core.ledger import ACTIVE, Document
from truebooks_xl.core.posting.asks import Alter, Ask, Create, Look, Read, Written
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.duplicates import NoneWouldStand
from truebooks_xl.core.posting.refusals import HasPayments
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.core.reference import Key

OURS = document("AMZ-TB-10001")
COPY = document("INV-7", dated_on=date(2026, 6, 1))
DEARER = (replace(LINES[0], gross=pounds(12100)), LINES[1])
ROW = Shown("26881161592", "Posted", OURS.id, "Settlements!C6")


def recorded(number: str = "AMZ-TB-10001", token: str = TOKEN, **changed: Any) -> Recorded:  # noqa: ANN401
    settlement_id, _, suffix = token.removeprefix("TBUK-").partition("-")
    record = Recorded(
        settlement_id,
        "UK",
        f"-{suffix}" if suffix else "",
        "post",
        "posted",
        number,
        f"id-{number}",
        "Posted",
        AT,
    )
    return replace(record, **changed)


KNOWN = Records({TOKEN: recorded()}, {TOKEN: snapshot()}, {ROW.settlement_id: ROW})
UNKNOWN = Records()


def surveyed(documents: Sequence[Document], ours: Records = KNOWN) -> Survey:
    return survey(documents, ours, ("TBUK-",), AT)


def said(findings: Sequence[Finding]) -> list[str]:
    return sorted(f"{each.word}: {each.number}" for each in findings)


SCENES: dict[str, tuple[list[Document], Records, list[str]]] = {
    "all as it should be": ([OURS], KNOWN, []),
    "nothing at all": ([], UNKNOWN, []),
    "a copy by hand, voided since": ([OURS, replace(COPY, status="VOIDED")], KNOWN, []),
    "a copy by hand": (
        [OURS, COPY],
        KNOWN,
        ["foreign copy: INV-7", "several active: AMZ-TB-10001", "several active: INV-7"],
    ),
    "a reference of ours under another's number, nothing of ours": (
        [COPY],
        UNKNOWN,
        ["foreign copy: INV-7"],
    ),
    "a token that only begins like ours": (
        [OURS, document("INV-8", reference=f"{REFERENCE}9")],
        KNOWN,
        ["foreign copy: INV-8"],
    ),
    "the token in small letters is nobody's": (
        [OURS, document("INV-9", reference=REFERENCE.lower())],
        KNOWN,
        [],
    ),
    "the token within a longer word is nobody's": (
        [
            OURS,
            document("INV-9", reference=f"(£96.00) MY{TOKEN}"),
            document("INV-10", reference=f"{REFERENCE}-OLD"),
        ],
        KNOWN,
        [],
    ),
    "a correction beside its original": (
        [OURS, document("AMZ-TB-10002", reference=f"{REFERENCE}-C1")],
        replace(
            KNOWN,
            recorded={
                TOKEN: recorded(),
                f"{TOKEN}-C1": recorded("AMZ-TB-10002", f"{TOKEN}-C1"),
            },
        ),
        [],
    ),
    "an interrupted repost": (
        [replace(OURS, number="AMZ-TB-10001-V1")],
        KNOWN,
        ["retired but active: AMZ-TB-10001-V1"],
    ),
    "a reservation of a moment ago": (
        [document("TBR-26881161592", "DRAFT", minutes_ago=3)],
        UNKNOWN,
        ["reserved now: TBR-26881161592"],
    ),
    "a reservation that was left, its reference taken away": (
        [document("TBR-26881161592", "DRAFT", reference="")],
        UNKNOWN,
        ["stale reservation: TBR-26881161592"],
    ),
    "left-over drafts": (
        [
            OURS,
            document("TBX-1a2b3c4d", "DRAFT"),
            document("TBD-1a2b3c4d", "DRAFT"),
            document("TBX-99999999", "DELETED"),
        ],
        KNOWN,
        ["left-over draft: TBD-1a2b3c4d", "left-over draft: TBX-1a2b3c4d"],
    ),
    "an unfinished commit": (
        [replace(OURS, status="DRAFT")],
        UNKNOWN,
        ["unfinished commit: AMZ-TB-10001"],
    ),
    "a draft left for approval on purpose": (
        [replace(OURS, status="DRAFT")],
        Records({TOKEN: recorded(outcome="awaiting approval")}, {TOKEN: snapshot()}),
        [],
    ),
    "a draft by hand": (
        [OURS, document("INV-5", "DRAFT")],
        KNOWN,
        ["draft by hand: INV-5"],
    ),
    "a number changed by hand": (
        [replace(OURS, number="AMAZON-MAY")],
        KNOWN,
        ["number changed: AMAZON-MAY"],
    ),
    "voided by hand": ([replace(OURS, status="VOIDED")], KNOWN, ["voided by hand: AMZ-TB-10001"]),
    "edited by hand": (
        [replace(OURS, dated_on=date(2026, 5, 21))],
        KNOWN,
        ["edited: AMZ-TB-10001"],
    ),
    "its reference taken away by hand": (
        [replace(OURS, reference="")],
        KNOWN,
        ["edited: AMZ-TB-10001"],
    ),
    "paid": ([replace(OURS, applied=(PAYMENT,))], KNOWN, ["payment added: AMZ-TB-10001"]),
    "without its file": (
        [replace(OURS, has_attachments=False)],
        KNOWN,
        ["no attachment: AMZ-TB-10001"],
    ),
    "absent in Xero": ([], KNOWN, ["absent in Xero: AMZ-TB-10001"]),
    "not in the journal": (
        [OURS],
        replace(KNOWN, recorded={}),
        ["not in journal: AMZ-TB-10001"],
    ),
    "a row that names another document": (
        [OURS],
        replace(KNOWN, rows={ROW.settlement_id: replace(ROW, document_id="other")}),
        ["sheet differs: AMZ-TB-10001"],
    ),
    "a number of ours on nobody's document": (
        [OURS, document("AMZ-TB-10009", reference="by hand")],
        KNOWN,
        ["foreign copy: AMZ-TB-10009"],
    ),
    "a number spent by two settlements": (
        [
            OURS,
            document("AMZ-TB-10001-V1", "VOIDED", reference="(£5.00) TBUK-26881161000"),
        ],
        KNOWN,
        ["number spent twice: AMZ-TB-10001", "number spent twice: AMZ-TB-10001-V1"],
    ),
    "another marketplace's is another workbook's": (
        [OURS, document("AMZ-TB-10003", reference="(€1.00) TBDE-26881161592")],
        KNOWN,
        [],
    ),
    "two bills": (
        [bill(), bill(identity="bill 2")],
        UNKNOWN,
        [
            f"several active: (-£96.00) {TOKEN}",
            f"several active: (-£96.00) {TOKEN}",
        ],
    ),
}


@pytest.mark.parametrize(("documents", "ours", "found"), SCENES.values(), ids=SCENES)
def test_what_is_found(documents: list[Document], ours: Records, found: list[str]) -> None:
    assert said(surveyed(documents, ours).findings) == found


def test_every_finding_says_where_what_and_what_to_do_next() -> None:
    for documents, ours, _ in SCENES.values():
        for each in surveyed(documents, ours).findings:
            assert each.number, each
            assert each.what.endswith("."), each.what
            assert each.remedy.endswith("."), each.remedy


def test_an_edit_names_both_figures() -> None:
    (found,) = surveyed([replace(OURS, total=pounds(9700))]).findings
    assert found.what == "Total £96.00 as posted, £97.00 in Xero."


def test_the_newest_reading_of_a_document_counts() -> None:
    before = replace(COPY, status="VOIDED", updated_at=COPY.updated_at.replace(hour=7))
    assert surveyed([OURS, before, COPY]).plans == surveyed([OURS, COPY]).plans


# Which copy stays --------------------------------------------------------------------------------


def group(*documents: Document, known: frozenset[str] = frozenset()) -> Group:
    (found,) = grouped(documents, ("TBUK-",), ())
    return replace(found, known=known)


def told(plan: Plan) -> str:
    match plan:
        case Fix(_, keep, void):
            return f"keep {keep.number}, void {', '.join(each.number for each in void)}"
        case Asked(_, reason):
            return f"ask: {reason}"
        case Nothing(reason):
            return f"leave: {reason}" if reason else "leave"


PLANS: dict[str, tuple[list[Document], dict[str, Any] | None, str]] = {
    "one": ([OURS], None, "leave"),
    "an equal copy of another day": ([COPY, OURS], None, "keep AMZ-TB-10001, void INV-7"),
    "the lowest of our numbers": (
        [document("AMZ-TB-10010"), document("AMZ-TB-9999"), OURS],
        None,
        "keep AMZ-TB-9999, void AMZ-TB-10001, AMZ-TB-10010",
    ),
    "by the number without -R and -V": (
        [document("AMZ-TB-10002"), document("AMZ-TB-10001-V1"), document("AMZ-TB-10001-R2")],
        None,
        "keep AMZ-TB-10001-R2, void AMZ-TB-10001-V1, AMZ-TB-10002",
    ),
    "a different copy, ours as posted": (
        [OURS, document("INV-7", lines=DEARER)],
        snapshot(),
        "keep AMZ-TB-10001, void INV-7",
    ),
    "a different copy, ours edited": (
        [OURS, document("INV-7", lines=DEARER)],
        snapshot(DEARER),
        (
            "ask: they differ, and AMZ-TB-10001 is not what was posted last: total £96.00 in"
            " AMZ-TB-10001, £97.00 in INV-7; amount of line “Sales” £120.00 in AMZ-TB-10001,"
            " £121.00 in INV-7"
        ),
    ),
    "a different copy, nothing on record": (
        [OURS, document("INV-7", lines=LINES[:1])],
        None,
        (
            "ask: they differ, and nothing on record says what was posted last: total £96.00 in"
            " AMZ-TB-10001, £120.00 in INV-7; tax £16.00 in AMZ-TB-10001, £20.00 in INV-7; line"
            " “Fees” -£24.00 on 402 INPUT2 only in AMZ-TB-10001"
        ),
    ),
    "two copies by hand": (
        [COPY, document("INV-8")],
        None,
        "ask: none of them was made from here",
    ),
    "ours is not approved yet": (
        [replace(OURS, status="SUBMITTED"), COPY],
        None,
        "ask: AMZ-TB-10001 waits for approval and is not in the ledger yet",
    ),
    "the copy is paid": (
        [OURS, replace(COPY, applied=(PAYMENT,))],
        None,
        "leave: INV-7 has a payment of £10.00 on 2026-05-22",
    ),
    "ours is paid": (
        [replace(OURS, applied=(PAYMENT,)), COPY],
        None,
        "keep AMZ-TB-10001, void INV-7",
    ),
    "a bill and an invoice": (
        [bill(), OURS],
        None,
        (
            "ask: they differ, and nothing on record says what was posted last: kind ACCREC in"
            " AMZ-TB-10001, ACCPAY in (-£96.00) TBUK-26881161592"
        ),
    ),
}


@pytest.mark.parametrize(("documents", "posted", "plan"), PLANS.values(), ids=PLANS)
def test_which_copy_stays(
    documents: list[Document], posted: dict[str, Any] | None, plan: str
) -> None:
    assert told(plan_fix(group(*documents), posted)) == plan


def test_of_two_bills_the_one_in_the_journal_stays() -> None:
    two = group(bill(identity="a"), bill(identity="b"), known=frozenset({"b"}))
    plan = plan_fix(two, None)
    assert isinstance(plan, Fix)
    assert plan.keep.id == "b"


def test_the_accountant_may_keep_the_other_copy_but_not_void_a_paid_one() -> None:
    other = document("INV-7", lines=DEARER)
    chosen = frozenset({other.id})
    assert told(plan_fix(group(OURS, other), None, chosen)) == "keep INV-7, void AMZ-TB-10001"
    paid = replace(OURS, applied=(PAYMENT,))
    assert told(plan_fix(group(paid, other), None, chosen)).startswith("leave: AMZ-TB-10001 has a")
    both = frozenset({other.id, OURS.id})
    assert told(plan_fix(group(OURS, other), None, both)).startswith("ask: they differ")


numbers = st.sampled_from(
    ["AMZ-TB-10001", "AMZ-TB-10001-V1", "AMZ-TB-10001-R2", "AMZ-TB-9", "INV-7", "INV-8", "TBR-1"]
)
copies = st.builds(
    document,
    numbers,
    st.sampled_from(["AUTHORISED", "PAID", "SUBMITTED", "VOIDED", "DRAFT"]),
    lines=st.sampled_from([LINES, LINES, DEARER, LINES[:1]]),
    applied=st.sampled_from([(), (), (), (PAYMENT,)]),
    dated_on=st.sampled_from([date(2026, 5, 20), date(2026, 6, 1)]),
)


@given(
    st.lists(copies, min_size=1, max_size=5, unique_by=lambda each: each.number),
    st.sampled_from([None, snapshot(), snapshot(DEARER)]),
    st.sampled_from([frozenset(), frozenset({"id-INV-7"}), frozenset({"id-AMZ-TB-10001"})]),
)
def test_a_fix_leaves_exactly_the_kept_one_voids_nothing_paid_and_has_nothing_left_to_do(
    documents: list[Document], posted: dict[str, Any] | None, chosen: frozenset[str]
) -> None:
    before = group(*documents)
    plan = plan_fix(before, posted, chosen)
    if not isinstance(plan, Fix):
        return
    gone = {each.id for each in plan.void}
    assert not any(each.applied for each in documents if each.id in gone)
    after = [replace(each, status="VOIDED") if each.id in gone else each for each in documents]
    assert [each.id for each in after if each.status in ACTIVE] == [plan.keep.id]
    assert plan_fix(group(*after), posted, chosen) == Nothing()
    assert not surveyed(after, Records(snapshots={TOKEN: posted} if posted else {})).plans


@given(st.lists(copies, min_size=2, max_size=5, unique_by=lambda each: each.number))
def test_unequal_copies_are_voided_only_beside_the_one_that_was_posted(
    documents: list[Document],
) -> None:
    plan = plan_fix(group(*documents), snapshot())
    if isinstance(plan, Fix) and len({each.lines for each in (plan.keep, *plan.void)}) > 1:
        assert plan.keep.lines == LINES
        assert plan.keep.dated_on.isoformat() == snapshot()["date"]


# Carried out -------------------------------------------------------------------------------------


class Ledger:
    """Answers the asks of a fix; a list may show what is gone already."""

    def __init__(self, *documents: Document, listed: Sequence[Document] = ()) -> None:
        self.held = {each.id: each for each in documents}
        self.listed = listed
        self.altered: list[str] = []
        self.locked = 0

    def carry_out(self, *plan: str) -> Outcome:
        steps = carry_out(
            Task(
                aim="fix",
                key=Key("UK", "26881161592"),
                reference=REFERENCE,
                wanted=None,
                mark="mark",
                at=AT,
                plan=plan,
            )
        )
        answer: object = None
        try:
            while True:
                answer = self.answer(steps.send(answer))
        except StopIteration as ended:
            found: Outcome = ended.value
            return found
        finally:
            assert not self.locked, "the lock is let go, however it ends"

    def answer(self, ask: Ask) -> object:
        match ask:
            case Look():
                return tuple(self.listed or self.held.values())
            case Read(document_id):
                return self.held[document_id]
            case Create(draft):
                made = replace(document(draft.number), status="DRAFT", lines=draft.lines)
                self.held[made.id] = made
                self.locked += 1
                return Written(made)
            case Alter(change, "Release"):
                del self.held[change.of.id]
                self.locked -= 1
                return Written(change.of)
            case Alter(change):
                now = self.held[change.of.id]
                status, number = change.status or now.status, change.number or now.number
                self.held[now.id] = replace(now, number=number, status=status)
                self.altered.append(f"{now.id} {number} {status}")
                return Written(self.held[now.id])
        return ""


def test_a_fix_renames_and_voids_the_copies_and_returns_the_one_that_stands() -> None:
    ledger = Ledger(OURS, document("AMZ-TB-10050"), COPY)
    outcome = ledger.carry_out("id-AMZ-TB-10050", COPY.id)
    assert outcome.standing == OURS
    assert [each.status for each in outcome.retired] == ["VOIDED", "VOIDED"]
    assert ledger.altered == [
        "id-INV-7 INV-7 VOIDED",
        "id-AMZ-TB-10050 AMZ-TB-10050-V1 AUTHORISED",
        "id-AMZ-TB-10050 AMZ-TB-10050-V1 VOIDED",
    ]
    assert ledger.carry_out("id-AMZ-TB-10050", COPY.id).existed, "a repeat changes nothing"


def test_nothing_is_voided_when_the_one_that_was_to_stay_is_gone() -> None:
    gone = replace(OURS, status="VOIDED")
    for listed in ((), (OURS, COPY)):
        ledger = Ledger(gone, COPY, listed=listed)
        with pytest.raises(NoneWouldStand):
            ledger.carry_out(COPY.id)
        assert ledger.altered == []


def test_nothing_is_voided_when_a_copy_was_paid_meanwhile() -> None:
    ledger = Ledger(OURS, COPY, replace(document("INV-8"), applied=(PAYMENT,)))
    with pytest.raises(HasPayments):
        ledger.carry_out(COPY.id, "id-INV-8")
    assert ledger.altered == []
