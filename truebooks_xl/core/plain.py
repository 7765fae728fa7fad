"""Frozen records as plain JSON types, and back from their own type hints.

Protects: what is kept is read back equal: money as minor units and currency, a Decimal and a day
by their text, never a float. A field added to a record is kept without a word here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: object) -> Any:  # noqa: ANN401 a JSON value
    """Write a record, or a value of one, as JSON types; a float among them is our bug."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return [plain(each) for each in value]
    assert is_dataclass(value), f"{type(value).__name__} is not kept"
    return {each.name: plain(getattr(value, each.name)) for each in fields(value)}


def record(of: type[T], kept: dict[str, Any]) -> T:
    """Read a record of a type; a field that is not there yet takes its default.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: what is kept is no such record.
    """
    hints = _hints(cast(Hashable, of))
    return of(**{name: _value(hints[name], each) for name, each in kept.items()})


def _value(hint: Any, kept: Any) -> Any:  # noqa: ANN401 as the hint says
    """Read one value as its field's type says."""
    if get_origin(hint) is UnionType:
        return _optional(hint, kept)
    if get_origin(hint) is tuple:
        return _several(get_args(hint), kept)
    if is_dataclass(hint):
        return record(hint, kept)  # type: ignore[arg-type]
    return _scalar(hint, kept)


def _optional(hint: Any, kept: Any) -> Any:  # noqa: ANN401
    (one,) = (each for each in get_args(hint) if each is not NoneType)
    return None if kept is None else _value(one, kept)


def _scalar(hint: Any, kept: Any) -> Any:  # noqa: ANN401
    if hint is Decimal:
        return Decimal(kept)
    if hint in {date, datetime}:
        return hint.fromisoformat(kept)
    fits = kept in get_args(hint) if get_origin(hint) is Literal else type(kept) is hint
    if not fits:
        raise ValueError(f"{kept!r} is not {hint}")
    return kept


def _several(hints: tuple[Any, ...], kept: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Read ``tuple[T, ...]``, or a tuple that says each of its values."""
    if hints[-1] is Ellipsis:
        return tuple(_value(hints[0], each) for each in kept)
    return tuple(_value(hint, each) for hint, each in zip(hints, kept, strict=True))


@cache
def _hints(of: Hashable) -> dict[str, Any]:
    return get_type_hints(of)
