"""Ten thousand damaged reports: what is accepted still adds up, by arithmetic that is not ours.

Each mutant is made from a sound report by one to three damages: torn, bits flipped, lines doubled,
lost or moved, fields swapped, digits and marks changed. A mutant may be refused; when it is
accepted, a plain reading of its text in ``Decimal`` must give its total and ours.
"""

from __future__ import annotations

import os
from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from flat_files import COMMA, DOTTED, POINT, read, v1
from ledger import ledger

from truebooks_xl.errors import DataError

MUTANTS = int(os.environ.get("TRUEBOOKS_MUTANTS", "10000"))
SEED = int(os.environ.get("TRUEBOOKS_SEED", "20260718"))
SHARDS = 10
"""Parts that may run side by side; each has its own mutants."""

YEN = ledger(
    """
settlement    99000000301
marketplace   JP
period        2026-05-04 to 2026-05-18
currency      JPY

type   | amount type | description | amount | order | sku | units | posted
Order  | ItemPrice   | Principal   |   1275 | A     | MUG |     1 | 2026-05-06
Order  | ItemFees    | Commission  |   -191 | A     | MUG |     1 | 2026-05-06
Refund | ItemPrice   | Principal   |    -60 | A     | MUG |       | 2026-05-07
"""
).report("iso")

SOUND = (POINT, DOTTED, COMMA, POINT.replace(b"\n", b"\r\n"), v1(), YEN)


def torn(report: bytes, random: Random) -> bytes:
    return report[: random.randrange(len(report))]


def headless(report: bytes, random: Random) -> bytes:
    return report[random.randrange(min(400, len(report))) :]


def bit_flipped(report: bytes, random: Random) -> bytes:
    damaged = bytearray(report)
    damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
    return bytes(damaged)


def in_a_body_line(report: bytes, random: Random) -> bytes:
    """Flip a bit below the heading, where it hurts more."""
    body = report.find(b"\n") + 1
    return report[:body] + bit_flipped(report[body:], random) if report[body:] else report


def line_doubled(report: bytes, random: Random) -> bytes:
    lines = report.splitlines(keepends=True)
    at = random.randrange(len(lines))
    return b"".join([*lines[:at], lines[at], *lines[at:]])


def line_lost(report: bytes, random: Random) -> bytes:
    lines = report.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def lines_swapped(report: bytes, random: Random) -> bytes:
    lines = report.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def fields_swapped(report: bytes, random: Random) -> bytes:
    lines = report.split(b"\n")
    at = random.randrange(len(lines))
    fields = lines[at].split(b"\t")
    random.shuffle(fields) if random.random() < 0.1 else fields.insert(
        random.randrange(len(fields)), fields.pop(random.randrange(len(fields)))
    )
    lines[at] = b"\t".join(fields)
    return b"\n".join(lines)


def columns_swapped(report: bytes, random: Random) -> bytes:
    heading, _, rest = report.partition(b"\n")
    return fields_swapped(heading, random) + b"\n" + rest


def digit_changed(report: bytes, random: Random) -> bytes:
    places = [at for at, code in enumerate(report) if chr(code) in "0123456789.,-"]
    at = random.choice(places) if places else 0
    return report[:at] + random.choice("0123456789.,- ").encode() + report[at + 1 :]


def bytes_lost(report: bytes, random: Random) -> bytes:
    at = random.randrange(len(report))
    return report[:at] + report[at + random.randrange(1, 40) :]


def bytes_doubled(report: bytes, random: Random) -> bytes:
    at, end = random.randrange(len(report)), random.randrange(len(report))
    return report[:at] + report[at:end] + report[at:]


DAMAGES = (
    *(torn, headless, bit_flipped, in_a_body_line, in_a_body_line, line_doubled, line_lost),
    *(lines_swapped, fields_swapped, columns_swapped, digit_changed, digit_changed),
    *(bytes_lost, bytes_doubled),
)


def mutant(random: Random) -> bytes:
    report = random.choice(SOUND)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        report = random.choice(DAMAGES)(report, random) or b"\n"
    return report


def plain_sums(report: bytes) -> list[tuple[Decimal, Decimal]]:
    """Read total and sum of lines in plain Python, with a point and with a comma as mark."""
    text = report.decode("utf-8-sig", "replace")
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip(" \r")]
    names = [name.strip().lower() for name in lines[0].split("\t")]
    amounts = [
        at
        for at, name in enumerate(names)
        if name == "amount" or ("amount" not in names and name.endswith("-amount"))
    ]
    amounts = [at for at in amounts if names[at] != "total-amount"]
    sums = []
    for mark, group in (".,", ",."):
        total = result = Decimal(0)
        try:
            for line in lines[1:]:
                fields = line.split("\t")
                if stated := fields[names.index("total-amount")].strip():
                    total = number(stated, mark, group)
                else:
                    result += sum(number(fields[at], mark, group) for at in amounts)
        except ArithmeticError:
            continue
        sums.append((total, result))
    return sums


def number(text: str, mark: str, group: str) -> Decimal:
    digits = "".join(text.split()).replace(group, "").replace(mark, ".")
    return Decimal(digits) if digits else Decimal(0)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_damaged_report_is_accepted_with_a_wrong_sum(shard: int) -> None:
    random, mutants = Random(f"{SEED}/{shard}"), MUTANTS // SHARDS
    outcomes: Counter[str] = Counter()
    for at in range(mutants):
        report = mutant(random)
        try:
            settlement = read(report)
        except DataError as refused:
            outcomes[type(refused).__name__] += 1
            continue
        outcomes["accepted"] += 1
        ours = settlement.total.amount
        assert settlement.lines["minor"].sum() == settlement.total.minor
        assert (ours, ours) in plain_sums(report), f"mutant {at} of {SEED}/{shard}: {report!r}"
    print(f"seed {SEED}/{shard}: {dict(outcomes.most_common())}")  # noqa: T201 shown with -s
    assert outcomes["accepted"] > mutants // 50, "too few survive to prove anything"
    assert len(outcomes) > 8, "the damages are all alike"


@pytest.mark.parametrize("report", SOUND, ids=range(len(SOUND)))
def test_the_plain_arithmetic_agrees_on_sound_reports(report: bytes) -> None:
    ours = read(report).total.amount
    assert (ours, ours) in plain_sums(report)
