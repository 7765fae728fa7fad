"""The guide says what the product does: no command, sheet, setting or status without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from truebooks_xl.cli.program import app
from truebooks_xl.core.declared import SETTINGS
from truebooks_xl.workbook.schema import SHEETS, STATUSES, TREATMENTS

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
HELP = ROOT / "truebooks_xl" / "help"
PAGES = (README, *sorted(HELP.glob("*.md")))

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BACKTICKED_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
ENVIRONMENT = re.compile(r"TRUEBOOKS_[A-Z_]+")


def guide() -> str:
    return "\n".join(page.read_text("utf-8") for page in HELP.glob("*.md"))


def commands(command: object, words: str = "truebooks") -> Iterator[tuple[str, set[str]]]:
    """Every command that does something, by the words that call it, with its options."""
    inner = getattr(command, "commands", {})
    for name in inner:
        yield from commands(inner[name], f"{words} {name}")
    if not inner:
        parameters = getattr(command, "params", ())
        options = [each for each in parameters if each.param_type_name == "option"]
        yield words, {name for each in options for name in (*each.opts, *each.secondary_opts)}


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_documented_with_its_options(command: str) -> None:
    described = [line for line in guide().splitlines() if f"`{command}" in line]
    assert described, f"Add {command} to help/commands.md."
    wanted = COMMANDS[command] - {"--json", "--write"}  # said once for all; what is done anyway
    missing = {option for option in wanted if not any(option in line for line in described)}
    assert not missing, f"Say beside {command} what {missing} does."


@pytest.mark.parametrize("sheet", [sheet.name for sheet in SHEETS])
def test_a_sheet_is_documented(sheet: str) -> None:
    ways = (f"**{sheet}**", f"| {sheet} |")
    assert any(way in guide() for way in ways), f"Say in the guide what **{sheet}** is for."


@pytest.mark.parametrize("setting", [setting.name for setting in SETTINGS])
def test_a_setting_is_documented(setting: str) -> None:
    assert setting in guide(), f"Say in the guide what the setting “{setting}” decides."


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_documented(status: str) -> None:
    assert f"| {status} |" in guide(), f"Add {status} to the table of statuses."


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_a_vat_treatment_is_documented(treatment: str) -> None:
    row = re.compile(rf"^\|[^|]*\b{treatment}\b[^|]*\|", re.MULTILINE)
    assert row.search(guide()), f"Add {treatment} to the table of VAT treatments."


def test_an_environment_variable_is_documented() -> None:
    read = {
        name
        for path in (ROOT / "truebooks_xl").rglob("*.py")
        for name in ENVIRONMENT.findall(path.read_text("utf-8"))
    }
    assert not read - set(ENVIRONMENT.findall(guide())), "Add it to help/commands.md."


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
    inside = [link for link in links if link and "://" not in link]
    broken = [link for link in inside if not (page.parent / link).exists()]
    assert not broken, f"{page.name}: {broken}"


def test_every_path_the_readme_names_exists() -> None:
    named = BACKTICKED_PATH.findall(README.read_text("utf-8"))
    gone = [path for path in named if not (ROOT / path).exists()]
    assert not gone, f"README.md: {gone}"


@pytest.mark.parametrize("line", ["$ make demo", "$ make test"])
def test_the_readme_begins_with_what_to_type(line: str) -> None:
    assert line in README.read_text("utf-8").splitlines()
