"""How Xero wraps and writes its replies: envelope, dates, pages, and the words of a 400.

Source: the official examples and recordings of a demo company (September 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Reply, Unknown

NO_ID: Final = "00000000-0000-0000-0000-000000000000"
PAGE_SIZE: Final = 100
MARKED: Final = {"Invoices"}
"""What has a property HasErrors; a journal or a contact has only its StatusAttributeString."""

LARGEST_PAGE: Final = 1000


def instant(at_ms: int) -> str:
    """Write an instant: ``/Date(1789344000000+0000)/``."""
    return f"/Date({at_ms}+0000)/"


def day(of: str) -> str:
    """Write a calendar day, given as ISO text, as midnight UTC of that day."""
    midnight = datetime.combine(date.fromisoformat(of), datetime.min.time(), UTC)
    return instant(round(midnight.timestamp() * 1000))


def enveloped(books: Books, name: str, items: Sequence[Json], pages: Json | None = None) -> Reply:
    """Wrap a list of things; ``pages`` only when the call asked for a page (recorded)."""
    head = {
        "Id": str(books.store.new_id()),
        "Status": "OK",
        "ProviderName": "TrueBooks XL sandbox",
        "DateTimeUTC": f"/Date({books.now_ms})/",
    }
    return Reply.json(head | ({"pagination": pages} if pages else {}) | {name: list(items)})


def page(call: Call) -> tuple[int, int] | None:
    """Read page and pageSize; None when no page was asked for."""
    if "page" not in call.query:
        return None
    asked = call.query["page"], call.query.get("pageSize", str(PAGE_SIZE))
    if not all(each.isdecimal() and int(each) for each in asked) or int(asked[1]) > LARGEST_PAGE:
        raise Unknown(f"page={asked[0]}, pageSize={asked[1]}")
    return int(asked[0]), int(asked[1])


def pagination(asked: tuple[int, int], count: int) -> Json:
    """Say how many pages there are; none at all is no page."""
    number, size = asked
    return {"page": number, "pageSize": size, "pageCount": -(-count // size), "itemCount": count}


def failed(name: str, element: Json, messages: Sequence[str]) -> Json:
    """Echo an element of ``name``, the requested status included, with every reason (recorded)."""
    echo = element | {f"{name}String": f"{element[name]}T00:00:00" for name in _days(element)}
    echo |= {name: day(element[name]) for name in _days(element)}
    reasons = [{"Message": each} for each in messages]
    marked = {"HasErrors": True} if name in MARKED else {}
    return echo | marked | {"StatusAttributeString": "ERROR", "ValidationErrors": reasons}


def _days(element: Json) -> list[str]:
    return [name for name in ("Date", "DueDate") if name in element]


def validation_exception(elements: Sequence[Json]) -> Reply:
    """Answer 400 for a whole call; the elements say why (recorded)."""
    return Reply.json(
        {
            "ErrorNumber": 10,
            "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": list(elements),
        },
        400,
    )


def problem(number: int, kind: str, message: str) -> Reply:
    """Answer 400 for what is wrong with the call itself."""
    return Reply.json({"ErrorNumber": number, "Type": kind, "Message": message}, 400)


def limited(problem_name: str, retry_after_s: int | None = None) -> Reply:
    """Answer 429 as Xero does: no body, no content type; of too many at once it tells no wait."""
    told = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    told |= {"X-Rate-Limit-Problem": problem_name, "X-DayLimit-Remaining": "344"}
    return Reply(429, content_type="", headers=told | {"X-MinLimit-Remaining": "0"})


def unauthorised(status: int, detail: str, instance: str) -> Reply:
    """Answer 401 or 403 in the words of Xero's gateway (recorded)."""
    title = {401: "Unauthorized", 403: "Forbidden"}[status]
    words = {"Type": None, "Title": title, "Status": status, "Detail": detail}
    return Reply.json(words | {"Instance": instance, "Extensions": {}}, status)
