"""One example of every error the product can show; ``test_catalogue.py`` says which is missing."""

from __future__ import annotations

from datetime import date

from truebooks_xl import environment, presenting
from truebooks_xl.actions import archiving, books, configuring, gather
from truebooks_xl.actions import xero as connection
from truebooks_xl.actions.importing import importing
from truebooks_xl.actions.posting import budget, desk, refusing, standing
from truebooks_xl.actions.posting import correct as correction
from truebooks_xl.actions.posting import post as posting
from truebooks_xl.actions.posting import repost as reposting
from truebooks_xl.actions.signing_in import addresses, signed_in
from truebooks_xl.actions.signing_in import ways as signing_in
from truebooks_xl.amazon import flat_file_errors as report
from truebooks_xl.core import (
    copies,
    correcting,
    evidence,
    foreign,
    marketplaces,
    money,
    other_postings,
    settings,
    start,
)
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting import drafts, duplicates, kept, rates, refusals
from truebooks_xl.errors import DataProblems, Problem, TrueBooksError
from truebooks_xl.journal import archive, store
from truebooks_xl.sandbox import server
from truebooks_xl.workbook.closed import cells, guards, hostile, parts, swap, tables, template
from truebooks_xl.xero import connections, keychain, listener, pkce
from truebooks_xl.xero import errors as xero

REFERENCE = "(£1,275.20) TBUK-26881161592"
FILE = "settlement-may.txt"
BOOK = "Demo Ltd.xlsx"

COLLECTED = (
    DataProblems(
        (
            Problem("Mapping!G17", "“soon” is not a day.", "Type a date, such as 2024-08-01."),
            Problem("Mapping!G19", "The first day is after the last.", "Correct one of the two."),
        )
    ),
)

OF_REPORTS = (
    report.AmbiguousDates(FILE, 2, "04/05/2026"),
    report.BadCurrency(FILE, 2, "pounds"),
    report.BadSettlementId(FILE, 2, "TBUK-1"),
    report.CannotOpenReport(FILE, "no such file"),
    report.ControlCharacter(FILE, 417, 0),
    report.DamagedArchive("9f2c…1b.gz"),
    report.EmptyReport(FILE),
    report.EndlessLine(FILE, 1_000_000),
    report.GarbledText(FILE, 90),
    report.JoinedReports(FILE, 5214),
    report.MixedLayouts(FILE, 7, "the line has 36 fields, as V1 has; the heading is of V2"),
    report.NoSummaryRow(FILE),
    report.NotAReport(FILE, "a web page"),
    report.NotARegularFile("Reports", "a folder"),
    report.OldMacintosh(FILE),
    report.OtherCurrency(FILE, 88, "EUR", "GBP"),
    report.OtherSettlement(FILE, 88, "99000000002", "99000000001"),
    report.RepeatedColumn(FILE, 1, "amount"),
    report.ReportChanged(FILE),
    report.ReportTooLarge(FILE, 4 << 30),
    report.ResavedByExcel(FILE, 2, "the settlement-id has become 9.9E+10"),
    report.SecondSummaryRow(FILE, 5214, 2),
    report.TornLine(FILE, 7266, 17, 24),
    report.TotalsDiffer(FILE, 2, Money(1431917, "GBP"), Money(1429418, "GBP")),
    report.UndecodableText(FILE, 90),
    report.UnknownCurrency(FILE, 2, "XYZ", ("AED", "AUD", "BRL")),
    report.UnknownHeading(FILE, 1, ("amount-type", "amount"), "order id"),
    report.UnreadableAmount(FILE, 55, "1,016.0", "with two decimals after a point"),
    report.UnreadableDate(FILE, 55, "posted-date-time", "yesterday", "2026-05-04 06:12:41 UTC"),
    report.UnreadableQuantity(FILE, 55, "one"),
)

OF_WORKBOOKS = (
    cells.TextTooLong("A" * 40_000),
    guards.FormulaInTheWay("Preview", "H9", "H9:H20", "an array"),
    guards.MergedCells("Mapping", "B7", "A7:C7"),
    guards.NoRoom("Settlements", "A31", "tblSettlements", 2),
    hostile.DamagedBook(BOOK, "its end is missing"),
    hostile.HostileBook(BOOK, "two of its parts have the same name"),
    hostile.NotAWorkbook(BOOK, "This is no Excel workbook.", "Give an .xlsx or .xlsm file."),
    parts.Dates1904(BOOK),
    parts.MissingName(BOOK, "TB_Country"),
    swap.BookBusy(BOOK),
    swap.BookChanged(BOOK),
    swap.BookOpen(BOOK, "Excel", "~$Demo Ltd.xlsx"),
    swap.NotWritable(BOOK, "the folder is read-only"),
    tables.MissingColumn("Mapping", "A4", "Tax type"),
    tables.MissingTable(BOOK, "Mapping", "tblMapping"),
    template.AlreadyThere(BOOK),
    template.NotAWorkbookName("Demo Ltd.txt", "The name ends in .txt.", "Use .xlsx or .xlsm."),
)

OF_POSTING = (
    refusals.CorrectionUnderWay(REFERENCE, "TBR-26881161592-C1"),
    refusals.ChangedMeanwhile(REFERENCE, "AMZ-TB-10007"),
    refusals.DraftHeld(REFERENCE, "AMZ-TB-10001", "total £1,275.21 in Xero"),
    refusals.ForeignCopy(REFERENCE, "INV-0042", "AUTHORISED"),
    refusals.HasCorrections(REFERENCE, "AMZ-TB-10009"),
    refusals.HasPayments(REFERENCE, "AMZ-TB-10001", "payment of £1,275.20 on 2026-05-22 is"),
    refusals.InterruptedRepost(REFERENCE, "AMZ-TB-10001-V1"),
    refusals.KeepsItsNumber(REFERENCE, "TBR-26881161592", "Xero refused: the day is locked."),
    refusals.LockLost(REFERENCE, "TBR-26881161592"),
    refusals.NeverSettles(REFERENCE),
    refusals.PostedDifferently(REFERENCE, "AMZ-TB-10001", "total £1,275.21 in Xero"),
    refusals.ReservedLong(REFERENCE, "TBR-26881161592", "2026-05-20 09:30 UTC", "total differs"),
    refusals.ReservedNow(REFERENCE, "TBR-26881161592", "2026-05-20 09:30 UTC", "total differs"),
    refusals.SeveralStand(REFERENCE, "AMZ-TB-10001, AMZ-TB-10007"),
    refusals.SubmittedForApproval(REFERENCE, "AMZ-TB-10001"),
    refusals.TotalsDiffer(REFERENCE, "TBR-26881161592", "tax £184.01 in Xero, £184.00 here"),
    refusals.VoidRefused(REFERENCE, "AMZ-TB-10001", "Xero refused: the day is locked."),
    duplicates.NoneWouldStand(REFERENCE),
    kept.TaskUnreadable("TBUK-26881161592", "its format is 2, not 1"),
    evidence.EvidenceUnreadable("TBUK-26881161592_preview_1a2b3c4d.xlsx", "rows are missing"),
    other_postings.PostedElsewhere(
        "26881161592",
        ("invoice LMB-1, £84.00, 2026-06-01, AUTHORISED: it has the same amount",),
    ),
    rates.RateOff(REFERENCE, "1.2", "1.1865", "1.1"),
    drafts.ForeignJournal("26881161592", "EUR", "GBP"),
    drafts.NoClearingAccount("26881161592"),
    correcting.TotalChanged("26881161592", "£1,275.20", "£1,275.21"),
    correcting.RateNotKnown("OUTPUT2", "AMZ-TB-10001"),
    start.FirstNotKnown("9999", "UK"),
    start.FirstElsewhere("2001", "UK", "DE"),
    foreign.NoRateKnown("26881161592", "EUR", "GBP", date(2026, 5, 20)),
    copies.OldCopy(
        (Problem("Settlements!C7", "This copy lacks AMZ-TB-10001.", "Use the newest copy."),)
    ),
)

OF_DECISIONS = (
    marketplaces.UnknownMarketplace("XX"),
    money.CurrencyMismatch("GBP", "EUR"),
    settings.NotAChoice("Settings!C9", "VAT scheme", "flat", ("standard", "cash", "flat rate")),
    settings.NotPerMarketplace("Settings!B9", "Group lines by", "UK"),
    settings.UnknownSetting("VAT sceme"),
)

OF_ACTIONS = (
    archive.NotArchived("9f2c51", "archive"),
    books.AlreadyThere(BOOK),
    books.NoTemplate(BOOK),
    configuring.NotADay("15/03/2026"),
    connection.AnotherOrganisation("Demo Ltd", "Other Ltd"),
    addresses.NotAnAddress("TRUEBOOKS_SANDBOX_URL", "localhost"),
    connection.NotConnected(BOOK),
    environment.FolderUnusable("TRUEBOOKS_HOME", "Archive of 2026", "not a directory"),
    gather.NotOurs(BOOK, "TB_Country"),
    gather.UnknownSettlement("99000000001"),
    importing.OtherLines("99000000001", "£14,319.17", "£14,294.18", "line 417"),
    importing.PostedAlready("99000000001", "AMZ-TB-10001"),
    importing.WhichMarketplace(FILE, "EUR"),
    refusing.Blocked("99000000124", "Nothing unmapped"),
    refusing.PreviewChanged("99000000001", "mapping, settings"),
    budget.DayTooShort("Demo Ltd", 12, 27),
    posting.BeforeStart("99000000001"),
    posting.NothingToPost("99000000131"),
    reposting.DraftsOnly("99000000001"),
    correction.StillVoidable(REFERENCE, "AMZ-TB-10001"),
    correction.ChangedSincePosted(REFERENCE, "AMZ-TB-10001", "line 3 was £12.00 and is £12.01"),
    standing.NothingStands("99000000001"),
    desk.DeskTaken("Demo Ltd"),
    archiving.NoFile("99000000003", "Missing"),
    presenting.Usage("truebooks settlements preview", "Missing argument 'ID'."),
    server.PortTaken(8765, "address already in use"),
    store.JournalUnusable("journal.sqlite", "database is locked"),
)

OF_SIGN_IN = (
    pkce.SignInRefused("access_denied"),
    pkce.WrongState("its state is missing or another's"),
    listener.PortsTaken((28631, 28632, 28633, 28634)),
    listener.NobodyCameBack(5),
    connections.WhichOrganisation("", ("Demo Ltd (1)", "Other Ltd (2)")),
    keychain.NoKeychain("none was found"),
    keychain.KeychainFailed("KeyringLocked"),
    signed_in.NotSignedIn("Demo Ltd"),
    signed_in.VariableMissing("TRUEBOOKS_XERO_CLIENT_ID"),
    signing_in.NoClientId(BOOK),
    signing_in.NobodyToAsk(BOOK),
)

OF_XERO = (
    xero.ConnectionRemoved("looking up the reference"),
    xero.NotInXero("reading the draft"),
    xero.NotSent("authorising AMZ-TB-10001", "the name cannot be resolved"),
    xero.NumberTaken("reserving", ("Invoice # must be unique.",)),
    xero.RefusedByXero(
        "authorising AMZ-TB-10001", ("Account code '498' has been archived, or has been deleted.",)
    ),
    xero.SignInExpired("reading the accounts"),
    xero.TooManyCalls("reading the accounts", "day", 66_975),
    xero.UnknownOutcome("authorising AMZ-TB-10001", "no answer within 60 seconds"),
    xero.XeroUnavailable("reading the accounts", "status 503"),
)

EXAMPLES: tuple[TrueBooksError, ...] = (
    *(*COLLECTED, *OF_REPORTS, *OF_WORKBOOKS),
    *(*OF_DECISIONS, *OF_POSTING, *OF_ACTIONS, *OF_SIGN_IN, *OF_XERO),
)
