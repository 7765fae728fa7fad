"""What the journal keeps of a task, and what the next run is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from postings import AT, DENIED, SILENT, document, task, written

from truebooks_xl.core.copies import Recorded
from truebooks_xl.core.ledger import Change
from truebooks_xl.core.posting.asks import Alter, Answered, Create
from truebooks_xl.journal.store import Begun, Entry, Journal

ORG, BOOK = "org", "book-1"
TOKEN = "TBUK-1"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")


def wrote(journal: Journal, entry: Entry, answer: Answered) -> None:
    journal.intend([entry], network_key="k", at=AT)
    journal.outcome([entry], [answer], network_key="k", at=AT)


def created(journal: Journal, begun: Begun) -> None:
    wrote(journal, Entry(begun, "Create", "", begun.task.key.reservation), written())


def authorised(journal: Journal, begun: Begun, answer: Answered | None = None) -> None:
    entry = Entry(begun, "Authorise", "id-1", "AMZ-TB-10001")
    wrote(journal, entry, answer or written(number="AMZ-TB-10001"))


def test_a_task_is_given_back_as_it_was_begun_with_what_is_known_since(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), proposal={"total": "120.00"}, at=AT)
    created(journal, begun)
    authorised(journal, begun, SILENT)
    (found,) = journal.unfinished(ORG)
    assert found.begun.task == replace(
        task(),
        known=("id-1",),
        made=("id-1",),
        marks=("m1",),
        number="AMZ-TB-10001",
        thorough=True,
    )
    assert (found.begun.id, found.begun.book) == (begun.id, BOOK)
    assert (found.proposal, found.at, found.wrote) == ({"total": "120.00"}, AT, True)
    assert found.binding, "it may be authorised by now"


def test_a_task_that_ended_is_not_unfinished_however_it_ended(journal: Journal) -> None:
    pairs = [(task(each), None) for each in ("1", "2", "3")]
    one, two, three = journal.begin_all(ORG, BOOK, pairs, at=AT)
    journal.end(two, "refused", error="Xero refused.", at=AT)
    assert [each.begun for each in journal.unfinished(ORG)] == [
        replace(each, task=replace(each.task, marks=(each.task.mark,), thorough=True))
        for each in (one, three)
    ]
    assert journal.unfinished("other") == []
    journal.end(one, "posted", document_id="id", number="AMZ-TB-10001", status="Posted", at=AT)
    journal.end(three, "stopped", at=AT)
    assert journal.unfinished(ORG) == []


def test_before_any_write_was_intended_nothing_can_have_happened(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    assert not journal.unfinished(ORG)[0].wrote
    journal.intend([Entry(begun, "Create", "", "TBR-1")], network_key="k", at=AT)
    (found,) = journal.unfinished(ORG)
    assert (found.wrote, found.binding, found.begun.task.known) == (True, False, ())


def test_a_batch_has_an_outcome_for_each_of_its_documents(journal: Journal) -> None:
    begun = journal.begin_all(ORG, BOOK, [(task(each), None) for each in "123"], at=AT)
    entries = [Entry(each, "Create", "", each.task.key.reservation) for each in begun]
    journal.intend(entries, network_key="k", at=AT)
    journal.outcome(entries, [written("1"), DENIED, SILENT], network_key="k", at=AT)
    known = journal.known_all(ORG, [each.token for each in begun])
    assert [each.ids for each in known.values()] == [("id-1",), (), ()]


def test_the_write_of_an_ask_is_named_by_the_ask(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    assert begun.task.wanted is not None
    assert Entry.of(begun, Create(begun.task.wanted)) == Entry(begun, "Create", "", "TBR-1")
    void = Alter(Change(document(number="AMZ-TB-10001"), status="VOIDED"), "Void")
    assert Entry.of(begun, void) == Entry(begun, "Void", "id-1", "")


def test_a_number_once_chosen_is_kept_and_nobody_else_takes_it(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    authorised(journal, begun, DENIED)
    journal.end(begun, "refused", error="Xero refused.", at=AT)
    assert journal.known(ORG, TOKEN).number == "AMZ-TB-10001"
    assert journal.known("other", TOKEN).number == ""
    assert journal.highest_number(ORG) == 10001
    assert journal.highest_number("other") == 0


def test_a_retired_number_is_not_the_one_to_post_under(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    authorised(journal, begun)
    wrote(journal, Entry(begun, "Rename", "id-1", "AMZ-TB-10001-V1"), written())
    assert journal.known(ORG, TOKEN).number == "AMZ-TB-10001"
    wrote(
        journal, Entry(begun, "Authorise", "id-2", "AMZ-TB-10001-R2"), written(document_id="id-2")
    )
    assert journal.known(ORG, TOKEN).number == "AMZ-TB-10001-R2"
    assert journal.highest_number(ORG) == 10001


def test_somebody_elses_copy_that_was_voided_is_not_ours(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(aim="fix"), at=AT)
    wrote(journal, Entry(begun, "Void", "copy"), written(document_id="copy"))
    created(journal, begun)
    assert journal.known(ORG, TOKEN).ids == ("id-1",)


def test_what_was_posted_before_and_by_whom_is_known(journal: Journal) -> None:
    first = journal.begin(ORG, BOOK, task(mark="a"), at=AT)
    journal.end(first, "posted", document_id="old", number="AMZ-TB-10001", status="Posted", at=AT)
    journal.begin(ORG, BOOK, task(mark="b"), at=AT)
    known = journal.known(ORG, TOKEN)
    assert (known.ids, known.marks) == (("old",), ("a", "b"))


def test_the_last_ended_state_of_each_settlement_stands(journal: Journal) -> None:
    one, again, two = (
        journal.begin(ORG, BOOK, each, at=AT) for each in (task(), task(mark="b"), task("2"))
    )
    later = AT + timedelta(days=1)
    journal.end(one, "posted", document_id="old", number="AMZ-TB-10001", status="Posted", at=AT)
    journal.end(two, "rolled back", status="Draft", at=AT)
    journal.end(
        again, "posted", document_id="new", number="AMZ-TB-10001", status="Posted", at=later
    )
    assert journal.standing(ORG, BOOK) == {
        TOKEN: Recorded("1", "UK", "", "post", "posted", "AMZ-TB-10001", "new", "Posted", later),
        "TBUK-2": Recorded("2", "UK", "", "post", "rolled back", "", "", "Draft", AT),
    }
    assert journal.standing(ORG, "another book") == {}


def test_a_refusal_leaves_what_stands_and_a_void_without_an_end_makes_it_unknown(
    journal: Journal,
) -> None:
    first = journal.begin(ORG, BOOK, task(), at=AT)
    journal.end(first, "posted", document_id="id-1", number="AMZ-TB-10001", status="Posted", at=AT)
    refused = journal.begin(ORG, BOOK, task(mark="b"), at=AT)
    journal.end(refused, "refused", error="Paid.", at=AT)
    assert journal.standing(ORG, BOOK)[TOKEN].document_id == "id-1"
    stopped = journal.begin(ORG, BOOK, task(mark="c", aim="repost"), at=AT)
    wrote(journal, Entry(stopped, "Void", "id-1"), written())
    journal.end(stopped, "stopped", error="Xero is locked.", at=AT)
    assert journal.standing(ORG, BOOK) == {}, "the old one is void and no new one stands"


def test_what_may_stand_is_touched_and_what_was_rolled_back_is_not(journal: Journal) -> None:
    assert not journal.touched(ORG, TOKEN)
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    assert journal.touched(ORG, TOKEN), "it is under way"
    journal.end(begun, "refused", at=AT)
    assert not journal.touched(ORG, TOKEN)
    again = journal.begin(ORG, BOOK, task(mark="b"), at=AT)
    journal.end(again, "posted", document_id="id-1", number="AMZ-TB-10001", at=AT)
    assert journal.touched(ORG, TOKEN)
    back = journal.begin(ORG, BOOK, task(mark="c", aim="rollback"), at=AT)
    journal.end(back, "rolled back", at=AT)
    assert not journal.touched(ORG, TOKEN)


def test_moves_of_the_last_minutes_are_remembered(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    assert not journal.touched_since(ORG, TOKEN, AT), "to begin writes nothing"
    created(journal, begun)
    assert journal.touched_since(ORG, TOKEN, AT)
    assert not journal.touched_since(ORG, TOKEN, AT + timedelta(seconds=1))
    assert not journal.touched_since(ORG, "TBUK-2", AT)


def test_a_tick_is_for_one_document_and_one_settlement(journal: Journal) -> None:
    for _ in range(2):
        journal.tick(ORG, TOKEN, "theirs", "anna", at=AT)
    assert journal.ticks(ORG, TOKEN) == {"theirs"}
    assert journal.ticks(ORG, "TBUK-2") == journal.ticks("other", TOKEN) == frozenset()


def test_what_is_not_dressed_yet_is_told_with_what_was_voided_for_it(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(aim="repost"), at=AT)
    wrote(journal, Entry(begun, "Void", "old"), written(document_id="old"))
    assert journal.undressed(ORG) == [], "it is not posted yet"
    journal.posted(
        ORG,
        TOKEN,
        document_id="id-1",
        number="AMZ-TB-10001",
        fingerprint="f",
        snapshot={"total": "120.00"},
        at=AT,
    )
    journal.end(begun, "posted", document_id="id-1", number="AMZ-TB-10001", at=AT)
    (found,) = journal.undressed(ORG)
    assert (found.begun, found.document_id, found.number) == (begun, "id-1", "AMZ-TB-10001")
    assert (found.snapshot, found.retired) == ({"total": "120.00"}, ("old",))
    assert found.repeat, "nothing was created for it: it stood before"
    journal.reached([begun], "Dressed", at=AT)
    assert journal.undressed(ORG) == []


def test_a_dressing_that_was_begun_before_looks_first(journal: Journal) -> None:
    begun = journal.begin(ORG, BOOK, task(), at=AT)
    created(journal, begun)
    journal.end(begun, "posted", document_id="id-1", number="AMZ-TB-10001", at=AT)
    assert [each.repeat for each in journal.undressed(ORG)] == [False]
    journal.reached([begun], "Dressing", at=AT)
    assert [each.repeat for each in journal.undressed(ORG)] == [True]


def test_a_shared_journal_leaves_a_colleague_what_is_his(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    ours, theirs = Journal(url, "our machine"), Journal(url, "their machine")
    begun = theirs.begin(ORG, BOOK, task(), at=AT)
    created(theirs, begun)
    assert ours.unfinished(ORG) == [], "he may be posting at this moment"
    assert [each.begun.id for each in theirs.unfinished(ORG)] == [begun.id]
    assert ours.known(ORG, begun.token).marks == (), "his lock is not ours"
    assert theirs.known(ORG, begun.token).marks == (begun.task.mark,)
    assert ours.known(ORG, begun.token).ids, "what he made is known as made from here"
    ours.close()
    theirs.close()
