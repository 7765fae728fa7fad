"""The command line's manners: one message for what is wrong, one document, the right status."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from rich.console import Console

from truebooks_xl import environment, tables
from truebooks_xl.actions import books, listing
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero import app
from truebooks_xl.sandbox.xero.connect import sandbox_xero

pytest_plugins = ["command_fixtures"]

FORTNIGHT = "99000000001"


def standing() -> list[str]:
    """Read the practice Xero itself: the documents of the fortnight."""
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        return [each.status for each in xero.search(f"TBUK-{FORTNIGHT}")]


@pytest.fixture
def in_the_way(tmp_path: Path) -> Path:
    """Put a file where a folder is wanted."""
    place = tmp_path / "file"
    place.write_bytes(b"mine")
    return place


# Usage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "command", "says"),
    [
        (["settlements", "preview", "Books.xlsx"], "truebooks settlements preview", "Missing"),
        (["settlements", "list", "B.xlsx", "--all"], "truebooks settlements list", "--all"),
        (["settlemnts"], "truebooks", "settlemnts"),
        (["sandbox", "serve", "--port", "80000"], "truebooks sandbox serve", "65535"),
        (["sandbox", "serve", "--port", "http"], "truebooks sandbox serve", "integer"),
    ],
)
def test_words_that_mean_nothing_are_answered_on_both_streams(
    run: Run, words: list[str], command: str, says: str
) -> None:
    plain = run(*words)
    assert (plain.status, plain.out) == (2, "")
    assert plain.err.startswith(f"{command}: ")
    assert says in plain.err
    assert f"“{command} --help”" in plain.err
    document = run(*words, "--json")
    error = document.document["error"]
    assert (document.status, error["exit_status"], error["kind"]) == (2, 2, "Usage")
    if words[0] != "settlemnts":
        assert says in error["problems"][0]["what"]


def test_a_group_without_a_command_is_answered_by_its_help(run: Run) -> None:
    shown = run("settlements")
    assert (shown.status, shown.out) == (2, "")
    assert "preview" in shown.err
    assert run("--help").status == 0
    assert run("--version").out.startswith("truebooks ")


# Files and folders --------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_data_and_our_reader_says_so(
    run: Run, book: Path, in_the_way: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    for file in (in_the_way, in_the_way.parent, in_the_way / "below", Path("no such file.txt")):
        failed = run("settlements", "import", book, file, "--json")
        assert failed.status == 1, failed.err
        assert file.name in failed.document["rows"][0]["error"]
    assert run("check", in_the_way).status == 1
    assert run("check", in_the_way.parent).status == 1


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("TRUEBOOKS_HOME", ("settlements", "post")),
        ("TRUEBOOKS_HOME", ("xero", "refresh")),
        ("TRUEBOOKS_SANDBOX", ("settlements", "post")),
    ],
)
def test_a_folder_of_ours_that_cannot_be_made_is_named(
    run: Run,
    book: Path,
    in_the_way: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    words: tuple[str, str],
) -> None:
    for place in (in_the_way, in_the_way / "below"):
        monkeypatch.setenv(variable, str(place))
        failed = run(*words, book, *([FORTNIGHT] if words[1] == "post" else []), "--json")
        (problem,) = failed.document["error"]["problems"]
        assert (failed.status, problem["where"]) == (1, variable)
        assert str(place) in problem["what"]


@pytest.mark.parametrize("below", ["", "below", "../~nobody-of-this-name/x\0y"])
def test_an_archive_folder_that_cannot_be_made_is_named(in_the_way: Path, below: str) -> None:
    with pytest.raises(environment.FolderUnusable, match="Settings, Archive folder"):
        environment.archive_folder(str(in_the_way / below))
    with pytest.raises(environment.FolderUnusable, match="home directory"):
        environment.archive_folder("~nobody-of-this-name")


def test_a_folder_that_cannot_be_written_is_found_out_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(environment, "TemporaryFile", read_only)
    with pytest.raises(environment.FolderUnusable, match="permission denied"):
        environment.archive_folder(str(tmp_path))


def test_the_demo_and_new_name_the_folder_that_cannot_be_made(run: Run, in_the_way: Path) -> None:
    for place in (in_the_way, in_the_way / "below"):
        for words in (("demo", "--dir", place), ("new", place / "Books.xlsx")):
            failed = run(*words)
            assert failed.status == 1
            assert f"The folder {place} cannot be made or written" in failed.err
    assert in_the_way.read_bytes() == b"mine"


def test_new_names_the_workbook_as_it_was_given(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = run("new", "m.xls")
    assert wrong.status == 2
    assert wrong.err.startswith("m.xls: A workbook's name ends in")
    long = f"{'m' * 300}.xlsx"
    assert run("new", long).err.startswith(f"{long[:50]}")
    monkeypatch.setattr(books, "_template", lambda: tmp_path / "TrueBooks.xlsx")
    missing = run("new", "books/m.xlsx", "--sandbox")
    assert missing.status == 1
    assert missing.err.startswith("books/m.xlsx: It cannot be made: TrueBooks.xlsx is missing")
    assert [each.name for each in tmp_path.rglob("*.xlsx")] == []


def test_new_leaves_nothing_beside_the_workbook(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "firm" / "2026" / "Books.xlsx"
    assert run("new", place).status == 0
    assert [each.name for each in place.parent.iterdir()] == ["Books.xlsx"]


def test_a_workbook_whose_folder_is_read_only_is_refused_before_xero_is_asked(
    run: Run, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(self: Path, data: bytes) -> int:
        raise PermissionError(13, f"Permission denied: {self.name}, {len(data)} bytes")

    before = book.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", read_only)
        refused = run("settlements", "post", book, FORTNIGHT, "--json")
    assert (refused.status, refused.document["error"]["kind"]) == (1, "NotWritable")
    assert standing() == []
    assert book.read_bytes() == before
    assert run("settlements", "post", book, FORTNIGHT).status == 0
    assert standing() == ["AUTHORISED"]


# The world ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://me:secret@here:port/x", "oracle9://x", "sqlite:////no/x/y.db"]
)
def test_a_journal_that_cannot_be_opened_is_named(
    run: Run, book: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("TRUEBOOKS_JOURNAL", url)
    failed = run("settlements", "post", book, FORTNIGHT, "--json")
    assert (failed.status, failed.document["error"]["kind"]) == (1, "JournalUnusable")
    assert "TRUEBOOKS_JOURNAL" in failed.err
    assert "secret" not in failed.out + failed.err
    assert standing() == []


@pytest.mark.parametrize(
    "address", ["nonsense", "localhost:8765", "http://", "http://[::1", "http://127.0.0.1:80000"]
)
def test_an_address_that_is_none_is_usage(
    run: Run, book: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("TRUEBOOKS_SANDBOX_URL", address)
    failed = run("xero", "refresh", book)
    assert failed.status == 2
    assert failed.err.startswith(f"TRUEBOOKS_SANDBOX_URL: “{address}”")


def test_a_busy_port_is_unavailable(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        busy = run("sandbox", "serve", "--port", port, "--json")
        nobody = run("sandbox", "serve", "--port", port)
    assert (busy.status, busy.document["error"]["kind"]) == (4, "PortTaken")
    assert f"Port {port} cannot be listened at" in nobody.err


@pytest.mark.skipif(os.name != "posix", reason="signals are sent differently elsewhere")
def test_serving_says_its_address_in_one_document(home: Path) -> None:
    command = [sys.executable, "-m", "truebooks_xl", "sandbox", "serve", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            text += server.stdout.readline()
        told = json.loads(text)
        assert told["state"] == str(home / "sandbox")
        with pytest.raises(urllib.error.HTTPError, match="40"):
            urllib.request.urlopen(f"{told['address']}/api.xro/2.0/Organisation", timeout=10)
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate(timeout=20)
    assert (rest, server.returncode) == ("", 0)


@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_stopped_by_hand_it_says_that_it_may_be_run_again(
    run: Run, book: Path, monkeypatch: pytest.MonkeyPatch, json_too: list[str]
) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "list_settlements", interrupted)
    stopped = run("settlements", "list", book, *json_too)
    assert stopped.status == 130
    if json_too:
        assert stopped.document["error"]["exit_status"] == 130, "one document, whatever happens"
    else:
        assert stopped.out == ""
    assert stopped.err == "Stopped. Run it again: it looks before it writes.\n"


def test_a_request_in_hand_ends_with_the_server_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when a command that serves the practice Xero to itself is stopped by hand."""
    asked, told = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        asked.set()
        assert told.wait(10)

    def ask(address: str) -> None:
        with suppress(OSError, http.client.HTTPException):
            urllib.request.urlopen(f"{address}/api.xro/2.0/Organisation", timeout=10)

    monkeypatch.setattr(app, "exchange", slow)
    with serving(tmp_path) as address:
        client = threading.Thread(target=ask, args=(address,))
        client.start()
        assert asked.wait(10)
        threading.Timer(0.2, told.set).start()
    client.join()
    assert caplog.records == []


# What is shown ------------------------------------------------------------------------------------


def test_several_files_are_told_apart_and_messages_are_whole(
    run: Run, book: Path, fortnight: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "empty.txt"
    bad.write_bytes(b"")
    one = run("settlements", "import", book, fortnight)
    assert "fortnight.txt" not in one.out
    several = run("settlements", "import", book, fortnight, bad)
    assert several.out.startswith("File ")
    assert "fortnight.txt" in several.out
    error = run("settlements", "import", book, bad, "--json").document["rows"][0]["error"]
    assert error in several.out


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_width_of_a_terminal_loses_a_digit(width: int) -> None:
    imported: dict[str, Any] = {"file": "May.txt", "settlement_id": "99000000001", "lines": 7265}
    rows = [
        imported | {"marketplace": "UK", "currency": "GBP", "total": "-14319.17", "result": "new"},
        {"file": "June.txt", "result": "failed", "error": "June.txt: It is empty. Download it."},
    ]
    console = Console(width=width, highlight=False, force_terminal=True, color_system=None)
    with console.capture() as shown:
        tables._results(console, rows, tables.COLUMNS["import"])
    for text in ("May.txt", "99000000001", "UK", "GBP", "-14319.17", "7265", "Download it."):
        assert text in shown.get()
    assert max(map(len, shown.get().splitlines())) <= width
