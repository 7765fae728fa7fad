"""From a settlement file to its proposal, as a new UK workbook decides it; no book, no archive.

Prints lines, total and document lines, so that a run that did nothing is noticed.
"""

import sys
from pathlib import Path

from truebooks_xl import data as shipped
from truebooks_xl.actions.defaults import marketplace_rules
from truebooks_xl.actions.gather import Identity, Workspace, open_book
from truebooks_xl.actions.previewing.proposals import vat_context
from truebooks_xl.amazon.flat_file import read_settlement
from truebooks_xl.core.basis import Basis
from truebooks_xl.core.canonical import digest
from truebooks_xl.core.mapping import RuleBook
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.proposing import propose
from truebooks_xl.core.settings import Entry, read_settings
from truebooks_xl.core.vat.reading import read_vat

store = marketplace("UK")
accounts = {each.account.code: each.account for each in shipped.accounts("GB")}
settings, problems = read_settings([Entry("Zero-VAT orders", "", "export")])
space = Workspace(
    open_book(Path("none.xlsx")),  # never opened
    Identity("Bench Ltd", "bench", "GB", "GBP", "", store),
    settings,
    RuleBook(marketplace_rules("GB", store, accounts)),
    accounts,
    {each.tax_type: each for each in shipped.tax_rates("GB")},
    (),
    problems,
)
settlement = read_settlement(Path(sys.argv[1]))
reading = read_vat(settlement, vat_context(space, store))
proposal = propose(
    Basis(
        settlement,
        store,
        settlement.total,
        reading,
        space.rules,
        space.accounts,
        space.rates,
        space.settings,
        groups_digest=digest([]),
        originals_digest=digest([]),
    )
).proposal
if not proposal.postable:
    sys.exit("\n".join(str(check) for check in proposal.checks if not check.ok))
print(settlement.line_count, proposal.total, len(proposal.lines))
