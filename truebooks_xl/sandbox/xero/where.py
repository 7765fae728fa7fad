"""The ``where`` filter of list calls, read into SQL.

Protects: a field or an operator the sandbox does not know is refused by name. Text is compared
without regard to case, as the real Xero does (recorded); the caller compares exactly.

    expression = comparison { ("AND" | "&&" | "OR" | "||") comparison }    AND binds tighter
    comparison = "(" expression ")" | field operator literal | field.Contains("x")
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from truebooks_xl.sandbox.xero.call import Unknown

Column = tuple[str, Literal["text", "day", "money", "id"]]
"""An SQL column and what it holds; money in hundredths."""

OPERATORS: Final = {"==": "=", "=": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
METHODS: Final = {"Contains": "%{}%", "StartsWith": "{}%"}
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"[^"]*") | (?P<day>DateTime\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\))
    | Guid\("(?P<id>[^"]*)"\) | (?P<method>\.(?:Contains|StartsWith))(?=\()
    | (?P<number>-?\d+(?:\.\d+)?) | (?P<mark>==|!=|>=|<=|=|>|<|&&|\|\||\(|\))
    | (?P<word>[A-Za-z][A-Za-z.]*?)(?=\.(?:Contains|StartsWith)\(|[^A-Za-z.]|$))""",
    re.VERBOSE,
)


@dataclass(slots=True)
class _Reader:
    """Reads one filter from left to right; ``values`` fill the question marks of its SQL."""

    text: str
    columns: Mapping[str, Column]
    at: int = 0
    values: list[str | int] = field(default_factory=list)

    def peek(self) -> re.Match[str] | None:
        return _TOKEN.match(self.text, self.at)

    def take(self) -> re.Match[str]:
        found = self.peek()
        if found is None:
            raise Unknown(f"where, at “{self.text[self.at :]}” of “{self.text}”")
        self.at = found.end()
        return found

    def joined(self, words: tuple[str, str]) -> bool:
        found = self.peek()
        if found is None or (found["word"] or found["mark"] or "").upper() not in words:
            return False
        self.take()
        return True

    def expression(self) -> str:
        sql = self.conjunction()
        while self.joined(("OR", "||")):
            sql = f"({sql} OR {self.conjunction()})"
        return sql

    def conjunction(self) -> str:
        sql = self.comparison()
        while self.joined(("AND", "&&")):
            sql = f"({sql} AND {self.comparison()})"
        return sql

    def comparison(self) -> str:
        first = self.take()
        if first["mark"] == "(":
            sql = self.expression()
            if self.take()["mark"] != ")":
                raise Unknown(f"where, a bracket left open in “{self.text}”")
            return sql
        if first["word"] not in self.columns:
            raise Unknown(f"where field “{first[0].strip()}”")
        column, kind = self.columns[first["word"]]
        operator = self.take()
        if operator["method"]:
            return self.method(column, operator["method"][1:])
        if operator["mark"] not in OPERATORS:
            raise Unknown(f"where operator “{operator[0].strip()}”")
        return self.compared(column, kind, OPERATORS[operator["mark"]])

    def method(self, column: str, name: str) -> str:
        opened, literal, closed = self.take(), self.take(), self.take()
        if opened["mark"] != "(" or not literal["text"] or closed["mark"] != ")":
            raise Unknown(f"where, {name} without a text in “{self.text}”")
        plain = re.sub(r"([\\%_])", r"\\\1", literal["text"][1:-1])
        self.values.append(METHODS[name].format(plain))
        return f"{column} LIKE ? ESCAPE '\\'"

    def compared(self, column: str, kind: str, operator: str) -> str:
        literal = self.take()
        if literal["word"] == "null" and operator in {"=", "<>"}:
            return f"NULLIF({column}, '') IS {'NOT ' if operator == '<>' else ''}NULL"
        match kind:
            case "text" | "id" if literal["text"]:
                self.values.append(literal["text"][1:-1])
            case "id" if literal["id"]:
                self.values.append(literal["id"].lower())
            case "day" if literal["day"]:
                year, month, of_month = (int(literal[n]) for n in (3, 4, 5))
                self.values.append(f"{year:04}-{month:02}-{of_month:02}")
            case "money" if literal["number"]:
                self.values.append(int(Decimal(literal["number"]) * 100))
            case _:
                raise Unknown(f"where, {column} compared with “{literal[0].strip()}”")
        return f"{column} {operator} ? COLLATE NOCASE"


def where(text: str, columns: Mapping[str, Column]) -> tuple[str, list[str | int]]:
    """Read a filter into an SQL condition and its values."""
    reader = _Reader(text, columns)
    sql = reader.expression()
    if text[reader.at :].strip():
        raise Unknown(f"where, “{text[reader.at :]}” left over in “{text}”")
    return sql, reader.values
