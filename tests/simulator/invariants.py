"""What must hold once everybody has recovered, whatever happened before.

Protects: never two, never lost, journal = sheet = Xero, nothing touched that is not ours; and from
wherever a schedule ends, pressing the buttons again brings exactly the wanted document about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from contents import same
from operators import Operator
from playing import Play
from records import Click, Entry, Intent
from world import LEDGER

from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.task import Outcome
from truebooks_xl.errors import Refused

STEPS_BACK = frozenset({"Rename", "Void"})
MOST_PRESSES = 3
WAYS_ON: dict[str, tuple[Intent, ...]] = {
    # What Post answers, and what an accountant presses next.
    "PostedDifferently": ("repost",),
    "SeveralStand": ("repost",),
    "InterruptedRepost": ("repost",),
    "SubmittedForApproval": ("repost",),
    "DraftHeld": ("rollback", "post"),
}


def broken(play: Play) -> list[str]:
    """Play a schedule to its end; return what does not hold."""
    play.play()
    return settled(play)


def settled(play: Play) -> list[str]:
    """Let everybody recover, and press again; return what does not hold."""
    finished = play.recover()
    wrong = [] if finished or burnt(play) else ["a program never finishes what it began"]
    if play.counts["endless"] and not burnt(play):
        wrong.append("a program goes on for ever")
    wrong += play.world.wrongs
    if play.schedule.family != "hands":
        wrong += [f"two stood at one moment: {each}" for each in play.world.doubled]
    for token in sorted({held.token for held in play.world.held.values() if held.token}):
        wrong += _of_token(play, token)
    wrong += _numbers(play)
    wrong += _one_number(play)
    if not wrong:
        wrong += _finish(play)
    return wrong


def doubled(play: Play, token: str) -> bool:
    """Say whether more stand than did before, not counting what hands had to do with."""
    first = play.at_first if token == play.schedule.key.token else 0
    return len(play.world.ours_standing(token)) > max(1, first)


def _of_token(play: Play, token: str) -> Iterator[str]:
    if doubled(play, token):
        yield f"{token} stands more than once"
    if play.schedule.family == "hands":
        return
    own = [(who, each) for who, each in play.entries() if each.token == token]
    told = [each for each in own if isinstance(each[1].ended, Outcome)]
    if not told:
        return
    who, last = max(told, key=lambda pair: pair[1].known_ms)
    later = [each for _, each in own if each.ended_ms > last.known_ms and each is not last]
    # One who was refused after he had begun to void says so; what stood before may stand no more.
    if not any(STEPS_BACK & set(each.writes) for each in later):
        yield from _as_told(play, who, last)


def _as_told(play: Play, who: Operator, last: Entry) -> Iterator[str]:
    """Hold the sheet of the one whose outcome came last against Xero."""
    assert isinstance(last.ended, Outcome)
    stands = [play.world.read(each) for each in sorted(play.world.standing[last.token])]
    told, row = last.ended.standing, who.sheet.get(last.token)
    if last.ended.alarms:
        return
    if told is None:
        if play.schedule.family == "lag":  # lists may not show yet what a rival has just posted
            stands = [each for each in stands if each.id in last.task.plan]
        if stands and last.task.plan:
            yield f"{last.token} was rolled back by {who.name}, and {_named(stands)} stands"
        return
    now = play.world.read(told.id)
    if _numbered_by_another(play, who, now):
        return
    wrong = now.status != told.status, now.number != told.number
    if any(wrong) and not _overtaken(play, who, told, now):
        yield f"{who.name} shows {told.status} {told.number}, Xero {now.status} {now.number}"
    if told.status in LEDGER and not stands:
        yield f"{last.token} is lost"
    own = [each for each in who.journal if each.token == last.token]
    if row is not None and last is own[-1] and row.document_id != told.id:
        yield f"the sheet of {who.name} shows {row}, the journal {told.number}"


def _overtaken(play: Play, who: Operator, told: Document, now: Document) -> bool:
    """Say whether something came after all that nobody could wait for.

    A number or the deletion of a draft that Xero did late; a draft for approval that a rival had
    taken over and let go; a rename in the moment of the commit, where Xero wants two calls.
    """
    if told.status == "DRAFT":
        rivals = (entry for other, entry in play.entries() if other is not who)
        return bool(play.counts["fault: late"]) or any("Release" in each.writes for each in rivals)
    renamed = now.status == told.status and now.number != told.number
    two_calls = now.number.startswith("TBX-") and not play.world.policies.rename_with_delete
    return renamed and (two_calls or bool(play.counts["fault: late"]))


def _numbered_by_another(play: Play, who: Operator, now: Document) -> bool:
    """Say whether two took over one draft in the same moment, and the other's number is on it."""
    return any(
        isinstance(entry.ended, Outcome)
        and entry.ended.standing is not None
        and (entry.ended.standing.id, entry.ended.standing.number) == (now.id, now.number)
        for other, entry in play.entries()
        if other is not who
    )


def _named(documents: list[Document]) -> str:
    return ", ".join(each.number or each.kind for each in documents)


def _numbers(play: Play) -> Iterator[str]:
    """No number of ours ever stood for two settlements, unless a hand or Xero had set it free."""
    if play.schedule.family == "hands" or not play.world.policies.voided_taken:
        return
    spent = defaultdict(set)
    for held in play.world.held.values():
        for _, each in held.versions:
            if each.status in LEDGER and each.number.startswith("AMZ-TB-"):
                spent[each.number.split("-V")[0]].add(held.token)
    for number, tokens in spent.items():
        if len(tokens) > 1:
            yield f"{number} was spent for {', '.join(sorted(tokens))}"


def _one_number(play: Play) -> Iterator[str]:
    """A settlement keeps its number from post to repost, where Xero lets it."""
    token, policies = play.schedule.key.token, play.world.policies
    odd = play.schedule.family != "faults" or play.schedule.start in {"two", "burnt", "copied"}
    hindered = ("fault: denied", "fault: late", "settings changed")
    if odd or any(play.counts[each] for each in hindered) or not policies.rename_authorised:
        return
    numbers = {
        held.now.number.split("-V")[0]
        for held in play.world.held.values()
        if held.token == token
        and held.now.kind == "ACCREC"
        and any(each.status in LEDGER for _, each in held.versions)
    }
    if len(numbers) > 1:
        yield f"{token} stood under {', '.join(sorted(numbers))}"


def _finish(play: Play) -> Iterator[str]:
    """Put the world right, and let both press until exactly the wanted document stands."""
    world, click = play.world, play.schedule.first
    world.locked_to = None
    world.archived.clear()
    play.note("everything is put right, and A presses Post")
    ended = _insist(play, click)
    if isinstance(ended, Outcome):
        play.note("and so does B, who may have left something")
        play.press(click, by=1)
    token = click.key.token
    stands = [world.read(each) for each in sorted(world.standing[token])]
    if isinstance(ended, Refused) or ended is None:
        if not _blocked(play, ended, stands):
            yield f"cannot be finished: {type(ended).__name__}: {ended}"
        return
    assert ended.standing is not None
    if [each.id for each in stands] != [ended.standing.id] or not same(click.wanted, stands[0]):
        yield f"pressed again, and {_named(stands) or 'nothing'} stands"
    elif click.kind == "ACCREC" and not _ours(play, stands[0]):
        yield f"it stands under {stands[0].number}"
    yield from _left_over(play, click)


def _insist(play: Play, click: Click) -> Outcome | Refused | None:
    """Press, and press what each refusal says."""
    ended = play.press(click)
    for _ in range(MOST_PRESSES):
        for aim in WAYS_ON.get(type(ended).__name__, ()):
            play.note(f"A presses {aim}")
            ended = play.press(replace(click, aim=aim, searches=True))
    return ended


def _ours(play: Play, document: Document) -> bool:
    by_hand = play.world.held[document.id].edited_by_hand_ms >= 0
    return by_hand or document.number.startswith("AMZ-TB-")


def burnt(play: Play) -> bool:
    """Say whether a hand ended a document under the number of a reservation, for good."""
    taken, policies = {"VOIDED", "DELETED"}, play.world.policies
    taken -= set() if policies.voided_taken else {"VOIDED"}
    taken -= set() if policies.deleted_taken else {"DELETED"}
    return any(
        held.edited_by_hand_ms >= 0
        and held.now.status in taken
        and held.now.number.startswith(("TBR-", "TBD-"))
        for held in play.world.held.values()
    )


def _blocked(play: Play, ended: Refused | None, stands: list[Document]) -> bool:
    """Say whether a refusal at the end is due to what only a person can put right."""
    world, token = play.world, play.schedule.key.token
    corrections = any(
        world.standing[each] for each in list(world.standing) if each.startswith(f"{token}-C")
    )
    corrections_begun = any(
        held.now.status == "DRAFT" and held.token.startswith(f"{token}-C")
        for held in world.held.values()
    )
    why = type(ended).__name__
    if burnt(play):
        play.counts["blocked: number of a reservation burnt by hand"] += 1
        return True
    paid = any(each.applied or each.status == "PAID" for each in stands)
    reasons = {
        "HasPayments": paid,
        "DraftHeld": paid,  # and Rollback, the way out of it, cannot void what is paid
        "ForeignCopy": any(not each.number.startswith(("AMZ-TB", "(")) for each in stands),
        "HasCorrections": corrections,
        "CorrectionUnderWay": corrections_begun,
        "VoidRefused": any(each.status == "PAID" for each in stands),
        "TotalsDiffer": world.policies.tax_off,
        "KeepsItsNumber": not world.policies.rename_authorised,
    }
    return reasons.get(why, False)


def _left_over(play: Play, click: Click) -> Iterator[str]:
    """Reservations and locks; whatever is left, a repost that takes over must get rid of it.

    One that Xero made after all was over, or a hand has changed, is nobody's to release; a refused
    void leaves the reservation, for nothing else may be begun before it is looked at.
    """
    if any(type(each.ended).__name__ == "VoidRefused" for _, each in play.entries()):
        return
    left = list(_drafts(play, click.key.token))
    if not left:
        return
    play.counts["reservations left for a take-over"] += 1
    other = replace(click, aim="repost", content=1, kind=play.schedule.kinds[1], searches=True)
    play.note("A reposts another content, and takes over what was left")
    ended = _insist(play, other)
    stands = [play.world.read(each) for each in play.world.standing[click.key.token]]
    if isinstance(ended, Outcome) or not _blocked(play, ended, stands):
        for each in _drafts(play, click.key.token):
            yield f"draft {each} is left over"


def _drafts(play: Play, token: str) -> Iterator[str]:
    for document_id, held in play.world.held.items():
        if held.token != token or held.now.status != "DRAFT":
            continue
        foreign = held.by == "hand" or held.edited_by_hand_ms >= 0
        if document_id in play.made_late or held.now.kind != "ACCREC":
            play.counts["spare drafts left"] += 1
        elif not foreign:
            yield held.now.number
