"""The command line: whatever is wrong with what was asked, one sentence says so, and the exit code is 2."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.journal import Journal
from tests.support.patience import PATIENCE

from .serving import COMMAND, run_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., "Ended"]


class Ended(NamedTuple):
    """What a command left behind."""

    code: int
    output: str
    errors: str


WRONG_OPTIONS = [
    (["serve", "--speed", "-1"], "--speed: -1.0 is no speed; write 1 for real time"),
    (["serve", "--speed", "fast"], "argument --speed: invalid float value: 'fast'"),
    (["serve", "--speed", "nan"], "--speed: nan is no speed"),
    (["serve", "--rapidpro-port", "65536"], "--rapidpro-port: 65536 is no port; ports are 1 to 65535"),
    (["serve", "--cht-port", "-1"], "--cht-port: -1 is no port"),
    (["serve", "--couchdb-port", "http"], "argument --couchdb-port: invalid int value: 'http'"),
    (["serve", "--generation", "textit-1999"], "there are: community, textit-2025"),
    (["serve", "--gateway", "cht:99"], "--gateway: no CHT release is called '99'"),
    (["serve", "--gateway", "sms"], "possible are cht:RELEASE"),
    (["serve", "--seed", "x"], "argument --seed: invalid int value: 'x'"),
    (["serve", "--address", "192.0.2.1"], "192.0.2.1 cannot be listened on"),
    (["serve", "--address", "no.such.host.invalid"], "no.such.host.invalid cannot be listened on"),
    (["serve", "--journal", "no/such/folder/journal.jsonl"], "cannot be written: No such file or directory"),
    (["serve", "--journal", "."], "cannot be written: Is a directory"),
    (["serve", "--config", "none.toml"], "the configuration file none.toml cannot be read: No such file"),
    (["serve", "--sped", "1"], "unrecognized arguments: --sped"),
    (["demo", "--journal", "no/such/folder/journal.jsonl"], "name another file with --journal"),
    (["demo", "--seed", "x"], "argument --seed: invalid int value: 'x'"),
    (["journal", "none.jsonl"], "the journal none.jsonl cannot be read: No such file or directory"),
    (["explore", "--gateway", "standalone", "--worlds", "0"], "--worlds: '0' is no whole number from 1 on"),
    (["explore", "--gateway", "standalone", "--worlds", "x"], "--worlds: 'x' is no whole number from 1 on"),
    (["explore", "--gateway", "standalone", "--workers", "-1"], "--workers: '-1' is no whole number from 1 on"),
    (["explore", "--gateway", "standalone", "--minutes", "0"], "--minutes: '0' is no number above 0"),
    (["explore", "--gateway", "standalone", "--minutes", "nan"], "--minutes: 'nan' is no number above 0"),
    (["explore", "--gateway", "standalone", "--minutes", "x"], "--minutes: 'x' is no number above 0"),
    (["explore", "--gateway", "standalone", "--junit", "none/junit.xml"], "cannot be written: there is no folder none"),
    (["explore", "--gateway", "standalone", "--html", "."], ". cannot be written: it is a folder"),
    (
        ["conformance", "--gateway", "cht:5.2", "--html", "none/matrix.html"],
        "cannot be written: there is no folder none",
    ),
    (["conformance", "--gateway", "cht:5.2", "--jobs", "0"], "argument --jobs: '0' is no whole number from 1 on"),
    (["flow", "explore", "export.json", "--walks", "0"], "argument --walks: '0' is no whole number from 1 on"),
    (["play"], "invalid choice: 'play'"),
    ([], "required: COMMAND"),
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder of its own, in this process, which is quicker."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ended:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        return Ended(code, *capsys.readouterr())

    return run


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_OPTIONS)
def test_a_wrong_option_is_explained(run: Run, arguments: list[str], sentence: str) -> None:
    """The sentence names the option and what is possible, and the exit code is 2."""
    ended = run(*arguments)

    assert sentence in ended.errors
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)


def test_a_process_ends_as_the_function_does(tmp_path: Path) -> None:
    """The installed command says the same, without a traceback."""
    ended = run_command(tmp_path, "serve", "--config", "none.toml")

    sentence = "rapidpro-simulator serve: the configuration file none.toml cannot be read: No such file or directory\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", sentence)


WRONG_FILES = [
    ("speed 600", "is no TOML: "),
    ("sped = 600", "wrong.toml: there is no key 'sped' here; possible are: address, speed, start, seed"),
    ("speed = 'fast'", "wrong.toml, speed: 'fast' is no speed"),
    ("seed = true", "wrong.toml, seed: True is not a whole number"),
    ("rapidpro = 'textit.com'", "this is an array of tables: write [[rapidpro]]"),
    ("rapidpro = []", "there must be a RapidPro host"),
    ("[[rapidpro]]\nport = 1", "rapidpro 1: the key 'host' is missing"),
    ("[[rapidpro]]\nhost = 'https://textit.com'", "'https://textit.com' is no hostname; write it like textit.com"),
    ("[[rapidpro]]\nhost = 'a.b'\nprot = 1", "rapidpro 1: there is no key 'prot' here; possible are: host, port"),
    ("[[rapidpro]]\nhost = 'a.b'\nfirst_id = 0", "rapidpro 1, first_id: ids begin at 1 or above"),
    ("[[rapidpro]]\nhost = 'a.b'\nrate_profile = 'x'", "rapidpro 1, rate_profile: no rate profile is called 'x'"),
    ("[[rapidpro]]\nhost = 'a.b'\n[[rapidpro]]\nhost = 'a.b'", "'a.b' is the name of a host twice"),
    ("[[rapidpro]]\nhost = 'a.b'\nworkspaces = []", "every one needs a workspace"),
    ("{country = 'Kenya'}", "workspaces 1, country: 'Kenya' is no country; write its two letters"),
    ("{channel = 'pigeon'}", "workspaces 1, channel: no channel kind is called 'pigeon'; there are: aggregator"),
    ("{delivery = 'perhaps'}", "workspaces 1, delivery: a carrier cannot do 'perhaps'; it can do: delivered"),
    ("{delivery = {sent = 'all'}}", "workspaces 1, delivery: the shares of outcomes are numbers"),
    ("{rates = {v2 = 'many'}}", "workspaces 1, rates: 'many' is no rate"),
    ("{token = 'short'}", "workspaces 1, token: a token is at least 8 letters and digits"),
    ("[[cht]]\nhost = 'c.d'\nrelease = '2.0'", "cht 1, release: no CHT release is called '2.0'"),
    ("[[cht]]\nhost = 'c.d'\nsends_through = 'Elsewhere'", "names no workspace; there are: textit.com/Old"),
    ("[[cht]]\nhost = 'c.d'\nsettings = 'none.json'", "cht 1, settings: none.json cannot be read: No such file"),
    ("[[cht]]\nhost = 'c.d'\nsettings = 'wrong.toml'", "cht 1, settings: wrong.toml is no JSON"),
    ("[[cht]]\nhost = 'c.d'\nusers = [{name = 'a', password = '1'}]", "password: a password has at least 8"),
    ("[[cht]]\nhost = 'c.d'\nusers = [{name = 'a', roles = 'chw'}]", "cht 1, users 1, roles: 'chw' is not an array"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG_FILES)
def test_a_wrong_configuration_is_explained(run: Run, tmp_path: Path, text: str, sentence: str) -> None:
    """The sentence names the file, the table and the key, and what could stand there."""
    if text.startswith("{"):
        text = f"[[rapidpro]]\nhost = 'a.b'\nworkspaces = [{{name = 'W', {text.removeprefix('{')}]"
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")

    ended = run("serve", "--config", "wrong.toml")

    assert sentence in ended.errors
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)


def test_version(run: Run) -> None:
    """The version is that of the package."""
    assert run("--version").output.startswith("rapidpro-simulator 0.")


# rapidpro-simulator journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    clock = FrozenClock()
    journal = Journal(clock)
    for status in (200, 429, 404):
        clock.jump_to(clock.elapsed() + 60_000_000)
        exchange = journal.begin(b'{"a":1}', by="gateway", to="textit.com", method="GET", path="/api/v2/x", query="")
        exchange.response = b'{"detail":"it says"}'
        journal.end(exchange, "answered", status)
    journal.event("message.status", message=7, to="sent")
    journal.save(tmp_path / "saved.jsonl")
    return journal


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ([], 4),
        (["exchange status=4*"], 2),
        (["exchange", "status=4*"], 2),
        (["message.*"], 1),
        (["since=2026-03-02T08:03Z"], 2),
        (["exchange by=nobody"], 0),
    ],
)
def test_a_saved_journal_answers_questions(run: Run, journal: Journal, question: list[str], count: int) -> None:
    """A question in one line gets the entries that meet it, one line each."""
    ended = run("journal", "saved.jsonl", *question)

    assert ended.output.count("\n") == count
    assert ended.errors == f"{count} of {len(journal)} entries\n"


def test_a_saved_journal_reads_like_the_conversation(run: Run, journal: Journal) -> None:
    """Without --json the entries are told as in the report of a failure."""
    ended = run("journal", "saved.jsonl", "exchange status=429")

    assert ended.output == "02 Mar 08:02:00.000  gateway → textit.com  GET /api/v2/x → 429  detail it says\n"


def test_a_saved_journal_is_given_back_as_it_was(run: Run, tmp_path: Path, journal: Journal) -> None:
    """With --json every entry comes out as it was saved."""
    ended = run("journal", "saved.jsonl", "--json")

    assert ended.output == (tmp_path / "saved.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "question", "sentence"),
    [
        ("", "since=yesterday", "the question 'since=yesterday' cannot be read"),
        ('{"number":1,"time":"2026-03-02T08:00:00+00:00","kind":"x"}', "since=2026-03-02", "cannot be read"),
        ("", "path='", "No closing quotation"),
        ("not JSON", "", "line 1 of asked.jsonl is no entry of a journal"),
        ('{"number":1}', "", "line 1 of asked.jsonl is no entry of a journal"),
        ("[]", "", "line 1 of asked.jsonl is no entry of a journal"),
    ],
)
def test_a_wrong_question_is_explained(run: Run, tmp_path: Path, text: str, question: str, sentence: str) -> None:
    """What cannot be read is named, be it the question or the file."""
    (tmp_path / "asked.jsonl").write_text(text, encoding="utf-8")

    ended = run("journal", "asked.jsonl", question)

    assert sentence in ended.errors
    assert (ended.code, ended.errors.count("\n")) == (2, 1)


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, journal: Journal) -> None:
    """`rapidpro-simulator journal … | head` ends quietly."""
    long = tmp_path / "long.jsonl"
    long.write_text((tmp_path / "saved.jsonl").read_text(encoding="utf-8") * 2000, encoding="utf-8")

    ended = subprocess.run(
        ["sh", "-c", f"'{COMMAND}' journal long.jsonl --json | head -1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (ended.stdout.count("\n"), "Traceback" in ended.stderr, "Error" in ended.stderr) == (1, False, False)
