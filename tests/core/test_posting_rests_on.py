"""What a correction rests on, what is read by itself, and what an id may be of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from copies_in_xero import PAYMENT, REFERENCE, document, pounds

from truebooks_xl.actions.posting.looking import reads
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.asks import Look, Read
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.kept import as_json, from_json
from truebooks_xl.core.posting.looking import looked
from truebooks_xl.core.posting.rests_on import RestsOn, content_digest
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import NotThere, Refused
from truebooks_xl.xero.errors import NotInXero, SignInExpired

ORIGINAL = document("AMZ-TB-10001")
FIRST, *OTHERS = ORIGINAL.lines
AT = datetime(2026, 6, 1, tzinfo=UTC)


def task(**more: Any) -> Task:  # noqa: ANN401 the fields of a task
    usual = {"aim": "rollback", "reference": REFERENCE, "wanted": None, "mark": "mark", "at": AT}
    return Task(**{**usual, "key": Key("UK", "26881161592"), **more})


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({"number": "AMZ-TB-10001-V1"}, True),
        ({"applied": (PAYMENT,)}, True),
        ({"status": "PAID"}, True),
        ({"updated_at": AT}, True),
        ({"status": "VOIDED"}, False),
        ({"status": "DRAFT"}, False),
        ({"total": pounds(1)}, False),
        ({"total_tax": pounds(1)}, False),
        ({"currency": "EUR"}, False),
        ({"kind": "ACCPAY"}, False),
        ({"lines": (replace(FIRST, account="999"), *OTHERS)}, False),
        ({"lines": (replace(FIRST, tax_type="NONE"), *OTHERS)}, False),
        ({"lines": (replace(FIRST, tracking=(("Channel", "UK"),)), *OTHERS)}, False),
        ({"lines": tuple(OTHERS)}, False),
    ],
)
def test_a_correction_rests_on_money_and_accounts(changed: dict[str, Any], holds: bool) -> None:
    assert RestsOn.of(ORIGINAL).holds(replace(ORIGINAL, **changed)) is holds


def test_the_order_of_tracking_options_is_xeros_own() -> None:
    one, other = (("Channel", "UK"), ("Area", "North")), (("Area", "North"), ("Channel", "UK"))
    digests = {
        content_digest(replace(ORIGINAL, lines=(replace(FIRST, tracking=each), *OTHERS)))
        for each in (one, other)
    }
    assert len(digests) == 1


def test_a_kept_task_knows_what_it_rests_on() -> None:
    begun = task(aim="correct", rests_on=(RestsOn.of(ORIGINAL),))
    assert from_json(json.loads(json.dumps(as_json(begun))), "token") == begun
    kept = as_json(begun)
    del kept["rests_on"]
    assert from_json(kept, "token").rests_on == (), "one that an older version began"


# What an id may be of --------------------------------------------------------------------------


def first_look(*answers: Document | Refused) -> tuple[list[Read], object]:
    """Look for a task whose plan no list shows; return the reads, and what was found."""
    steps, asked = looked(task(plan=("id-1",)), thorough=True), []
    assert isinstance(next(steps), Look)
    ask = steps.send(())
    for each in answers:
        assert isinstance(ask, Read)
        asked.append(ask)
        try:
            ask = steps.throw(each) if isinstance(each, Refused) else steps.send(each)
        except StopIteration as end:
            return asked, end.value.documents
    raise AssertionError(ask)


def test_what_is_no_invoice_is_tried_as_a_journal_before_it_is_absent() -> None:
    asked, found = first_look(NotInXero("reading"), replace(ORIGINAL, id="id-1"))
    assert [each.kind for each in asked] == ["ACCREC", "MANUALJOURNAL"]
    assert found == (replace(ORIGINAL, id="id-1"),)
    assert first_look(NotInXero("reading"), NotInXero("reading"))[1] == ()


def test_a_refusal_of_another_kind_does_not_say_that_it_is_absent() -> None:
    assert not isinstance(SignInExpired("reading"), NotThere)
    with pytest.raises(SignInExpired):
        first_look(SignInExpired("reading"))


# What is read by itself --------------------------------------------------------------------------


class Lagging:
    """A Xero whose call for several shows each document as it was."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def documents(self, ids: list[str]) -> dict[str, Document]:
        self.calls.append(f"IDs={','.join(ids)}")
        return {each: replace(ORIGINAL, id=each) for each in ids}

    def document(self, document_id: str, _kind: str) -> Document:
        self.calls.append(document_id)
        return replace(ORIGINAL, id=document_id, status="VOIDED")


def test_what_must_be_certain_is_read_by_itself_beside_others() -> None:
    answers: dict[str, str] = {}
    jobs: Any = [
        SimpleNamespace(
            ask=Read(name, "ACCREC", certain),
            written_at={},
            begun=SimpleNamespace(task=task()),
            answer=lambda now: answers.update({now.id: now.status}),
        )
        for name, certain in (("a", False), ("b", True), ("c", False))
    ]
    xero: Any = Lagging()
    reads(xero, jobs)
    assert xero.calls == ["IDs=a,c", "b"]
    assert answers == {"a": "AUTHORISED", "b": "VOIDED", "c": "AUTHORISED"}


def test_the_kept_copy_is_read_by_itself() -> None:
    copy = document("AMZ-TB-10050", dated_on=date(2026, 6, 2))
    steps = carry_out(task(aim="fix", plan=(copy.id,), shown=(ORIGINAL.id,)))
    ask, answer = next(steps), None
    certain: list[str] = []
    while not isinstance(answer, str):
        match ask:
            case Look():
                ask = steps.send((ORIGINAL, copy))
            case Read(document_id):
                certain += [document_id] if ask.certain else []
                ask = steps.send({ORIGINAL.id: ORIGINAL, copy.id: copy}[document_id])
            case _:
                answer = type(ask).__name__
    assert (answer, certain) == ("Ready", [ORIGINAL.id])
