"""Every error has an example, and every example says where, what, and what to do next."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import EXAMPLES
from reviewed import Golden

import truebooks_xl
from truebooks_xl.errors import DataProblems, TrueBooksError

IMPERATIVES = {
    *("Add", "Approve", "Ask", "Check", "Choose", "Clear", "Close", "Compare", "Connect"),
    *("Correct", "Delete", "Download", "End", "Fill", "Find", "Finish", "Give", "Import", "Keep"),
    *("Leave", "Look", "Make", "Name", "Open"),
    *("Press", "Preview", "Put", "Read", "Refresh", "Remove", "Roll", "Run", "Save", "Say", "Set"),
    *("Type", "Unlock", "Use", "Void", "Wait", "Write"),
}
"""What a remedy may begin with; a new verb is welcome, a statement is not."""


def leaves() -> Iterator[type[TrueBooksError]]:
    """Every class of error nothing is derived from, in all modules of the product."""
    for module in pkgutil.walk_packages(truebooks_xl.__path__, "truebooks_xl."):
        if not module.name.endswith("__main__"):  # that would run it
            importlib.import_module(module.name)
    waiting: list[type[TrueBooksError]] = [TrueBooksError]
    while waiting:
        kind = waiting.pop()
        if kind.__subclasses__():
            waiting.extend(kind.__subclasses__())
        elif kind.__module__.startswith("truebooks_xl."):
            yield kind


def name_of(kind: type[TrueBooksError]) -> str:
    return f"{kind.__module__.removeprefix('truebooks_xl.')}.{kind.__name__}"


def test_every_error_has_an_example() -> None:
    shown = {type(example) for example in EXAMPLES}
    missing = sorted(name_of(kind) for kind in set(leaves()) - shown)
    assert not missing, "\nAdd to tests/errors/examples.py:\n" + "\n".join(missing)


def test_every_error_is_named_by_one_short_sentence() -> None:
    said = {name_of(kind): (kind.__doc__ or "").strip() for kind in leaves()}
    wrong = [
        f"{name}: “{text}”"
        for name, text in sorted(said.items())
        if not text.endswith(".") or "\n\n" in text or len(text) > 120
    ]
    assert not wrong, "\nGive the class a docstring of one short sentence:\n" + "\n".join(wrong)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: type(each).__name__)
class TestExample:
    def test_it_says_where_what_and_what_to_do(self, example: TrueBooksError) -> None:
        for problem in example.problems:
            assert problem.where
            assert not problem.where.endswith((":", "."))
            assert problem.what.endswith((".", "?", "”"))
            assert problem.remedy.endswith(".")
            first = problem.remedy.split()[0].strip(",")
            assert first in IMPERATIVES, f"“{first}”: begin the remedy with what to do."

    def test_it_is_one_paragraph(self, example: TrueBooksError) -> None:
        if not isinstance(example, DataProblems):
            assert "\n" not in str(example)
            assert "  " not in str(example)

    def test_it_crosses_processes(self, example: TrueBooksError) -> None:
        copy = pickle.loads(pickle.dumps(example))
        assert type(copy) is type(example)
        assert (str(copy), copy.args) == (str(example), example.args)
        assert copy.problems == example.problems
        assert copy.exit_status == example.exit_status


def test_the_catalogue_reads_well(golden: Golden) -> None:
    """One page with every message, as the accountant meets it."""
    ordered = sorted(EXAMPLES, key=lambda each: (each.exit_status, name_of(type(each))))
    shown = [(name_of(type(each)), str(each).replace("\n", "\n  "), each) for each in ordered]
    pages = [f"{name} · exit {each.exit_status}\n  {text}\n" for name, text, each in shown]
    golden(Path(__file__).with_name("catalogue.txt"), "\n".join(pages))
