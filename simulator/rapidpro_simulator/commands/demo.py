"""`rapidpro-simulator demo`: the account switch that burns the quota, told on the terminal while it happens.

It is the story of `features/account_switch.feature`, and it drives the same simulation.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.terminal import Terminal
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.journal import Exchange

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.journal import Entry
    from rapidpro_simulator.world.network import HttpResponse

STUCK = 42
NEW_MESSAGES = 5
TOO_MANY = 429
SCOPE = "v2.messages"
RAPIDPRO = "textit.com"
CHT = "cht.example.org"
INDENT = "   "
SILENT = nullcontext()


@dataclass(frozen=True)
class Played:
    """What a telling of the story took: virtual seconds, and HTTP exchanges."""

    seconds: float
    exchanges: int


def play(*, seed: int = 0, fast: bool = False, color: bool = True, journal: Path) -> None:
    """Tell the story twice, with its bad end and its good one; save the journals at `journal` and beside it.

    Raises `UsageError` where they cannot be written.
    """
    terminal = Terminal(sys.stdout, color=color, fast=fast)
    second = journal.with_stem(f"{journal.stem}-failed-first")
    for path in (journal, second):
        _refuse_unwritable(path)
    began = time.perf_counter()
    _title(terminal, seed)
    with Simulation(seed=seed) as simulation:
        bad = Story(simulation, terminal).burn()
        simulation.journal.save(journal)
    with Simulation(seed=seed) as simulation:
        good = Story(simulation, terminal).keep_free()
        simulation.journal.save(second)
    _figures(terminal, [bad, good], time.perf_counter() - began - terminal.paused)
    _what_next(terminal, journal, second)


class Story:
    """One simulation: CHT sends 42 messages through "Old", whose carrier never reports a delivery."""

    def __init__(self, simulation: Simulation, terminal: Terminal) -> None:
        self._simulation = simulation
        self._terminal = terminal
        self._host = simulation.rapidpro(RAPIDPRO)
        self._old = self._host.workspace("Old")
        self._new = self._host.workspace("New")
        self._old.deliver("sent")
        self._conversation = Conversation(terminal)
        simulation.journal.listeners.append(self._conversation.hear)

    @cached_property
    def _administrator(self) -> Administrator:
        administrator = Administrator(self._simulation, self._simulation.cht(CHT))
        administrator.send_through(self._host.url)
        return administrator

    def burn(self) -> Played:
        """Tell what happens when the account is switched just so."""
        self._chapter(
            f"1  CHT sends {STUCK} messages through the workspace “Old”, whose carrier never reports a delivery"
        )
        self._send_through_old()
        self._remark("None of them is in a final state, so CHT goes on asking, every minute:")
        self._states()
        self._chapter("2  The administrator switches CHT to the workspace “New”; the messages stay as they are")
        self._switch_to_new()
        with self._conversation:
            self._simulation.advance(minutes=1)
        self._remark("“New” never heard of these messages, and each question costs one of its requests:")
        self._fill_quota()
        with self._conversation:
            self._simulation.advance(minutes=1)
        self._quota()
        self._remark("Whoever else has a token of “New”, such as a dashboard, is refused as well:")
        with self._conversation:
            for _ in range(2):
                self._ask_as_dashboard()
                self._simulation.advance(seconds=20)
        self._remark("So it goes on, hour after hour. In the end:")
        self._states()
        return self._end()

    def keep_free(self) -> Played:
        """Tell what happens when every message gets a final state before the switch."""
        self._chapter("3  The same again, but every message without a final state is set to “failed” before the switch")
        self._send_through_old(SILENT)
        messages = self._administrator.messages()
        for message in messages:
            message.task["state"] = "failed"
        self._administrator.save([message.document for message in messages])
        self._switch_to_new()
        self._quota()
        for _ in range(3):
            self._simulation.advance(minutes=20)
            self._quota()
        self._remark(f"Nobody asks. {NEW_MESSAGES} new messages go out through “New”, and CHT learns their fate:")
        self._add_messages(NEW_MESSAGES)
        with self._conversation:
            self._simulation.advance(minutes=2)
            self._ask_as_dashboard()
        self._remark("In the end:")
        self._states()
        return self._end()

    # What happens

    def _send_through_old(self, told: AbstractContextManager[None] | None = None) -> None:
        self._administrator.set_credential("rapidpro:outgoing", self._old.token.key)
        self._add_messages(STUCK)
        with told or self._conversation:
            self._simulation.advance(minutes=3)

    def _switch_to_new(self) -> None:
        self._administrator.set_credential("rapidpro:outgoing", self._new.token.key)

    def _add_messages(self, count: int) -> None:
        sample = self._simulation.sample_data
        known = len(self._administrator.messages())
        self._administrator.save(
            message_document(self._simulation, known + number, sample.health_worker().phone, sample.reminder())
            for number in range(1, count + 1)
        )

    def _fill_quota(self) -> None:
        # From the first question at 08:04 to 09:02: the next minute is the one that is too much.
        for minutes in (4, *[5] * 10, 4):
            self._simulation.advance(minutes=minutes)
            self._quota()

    def _ask_as_dashboard(self) -> HttpResponse:
        url = f"{self._host.url}/api/v2/messages.json?folder=sent"
        return self._simulation.request("GET", url, token=self._new.token.key)

    def _end(self) -> Played:
        return Played(self._simulation.clock.seconds(), len(self._simulation.journal.exchanges()))

    # How it is told

    def _chapter(self, text: str) -> None:
        self._terminal.say()
        self._terminal.say(self._terminal.paint(text, "bold"), pause=0.4)
        self._terminal.say()

    def _remark(self, text: str) -> None:
        self._terminal.say()
        self._terminal.say(f"{INDENT}{text}", pause=0.3)

    def _quota(self) -> None:
        used, limit = self._host.api.quota(self._new)[SCOPE]
        now = self._terminal.paint(f"{self._simulation.clock.now():%H:%M}", "dim")
        spent = f"{used:>5} of {limit} requests in the last hour"
        self._terminal.say(f"{INDENT}{now}     {self._terminal.meter(used, limit)} {spent}", pause=0.06)

    def _states(self) -> None:
        journal = self._simulation.journal
        states = Counter(message.state for message in self._administrator.messages())
        answered = len(journal.exchanges(by="gateway", workspace="New", path="*/messages*", status=200))
        refused = len(journal.exchanges(workspace="New", status=TOO_MANY))
        for name, what in (
            ("CHT", _listed(states)),
            ("“Old”", _known(self._old)),
            ("“New”", _known(self._new)),
            ("quota", f"“New” has answered {answered:,} questions of CHT, and refused {refused} requests with 429"),
        ):
            self._terminal.say(f"{INDENT}  {name:<8}{what}", pause=0.06)


class Conversation:
    """Prints the exchanges with RapidPro as they end: of each kind the first few in a minute, then how many are alike.

    It listens while it is entered.
    """

    SHOWN = 2

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._listens = False
        self._minute: datetime | None = None
        self._heard: Counter[str] = Counter()

    def __enter__(self) -> None:
        self._listens = True

    def __exit__(self, *_: object) -> None:
        self._conclude()
        self._listens = False

    def hear(self, entry: Entry) -> None:
        if not self._listens or not isinstance(entry, Exchange) or entry.get("to") != RAPIDPRO:
            return
        minute = entry.time.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._conclude()
            self._minute = minute
        kind = _kind(entry)
        self._heard[kind] += 1
        if self._heard[kind] <= self.SHOWN:
            self._terminal.say(_line(self._terminal, entry), pause=0.04)

    def _conclude(self) -> None:
        more = [f"{count - self.SHOWN} more {kind}" for kind, count in self._heard.items() if count > self.SHOWN]
        self._heard.clear()
        if more:
            self._terminal.say(self._terminal.paint(f"{INDENT}          … {' and '.join(more)}", "dim"), pause=0.1)


def _kind(exchange: Exchange) -> str:
    if exchange.status == TOO_MANY:
        return "refused"
    if exchange.get("method") == "POST":
        return "sent"
    return "asked" if exchange.get("by") == "gateway" else "asked by others"


WIDTH = 50
SPEAKERS = {"gateway": "CHT", "tester": "dashboard"}
COLORS = {2: "green", 4: "red", 5: "red"}


def _line(terminal: Terminal, exchange: Exchange) -> str:
    who = f"{SPEAKERS[exchange.get('by')]} → {exchange.get('workspace')}"
    status = exchange.status or 0
    now = terminal.paint(f"{exchange.time:%H:%M:%S}", "dim")
    answer = terminal.paint(f"{status} {_answer(exchange)}", COLORS.get(status // 100, "yellow"))
    return f"{INDENT}{now}  {who:<15}  {_question(exchange):<{WIDTH}}  {answer}"


def _question(exchange: Exchange) -> str:
    body = exchange.json()
    if body:
        text = f"send to {body['urns'][0].removeprefix('tel:')}: “{body['text']}”"
        return text if len(text) <= WIDTH else f"{text[: WIDTH - 2]}…”"
    name, _, value = str(exchange.get("query")).partition("=")
    return f"what became of broadcast {value}?" if name == "broadcast" else "which messages were sent?"


def _answer(exchange: Exchange) -> str:
    answer = exchange.answer()
    if "detail" in answer:
        return str(answer["detail"]).removeprefix("Request was throttled. ")
    if "results" in answer:
        return ", ".join(str(row["status"]) for row in answer["results"][:1]) or "nothing"
    return f"{answer['status']}, broadcast {answer['id']}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _known(workspace: Workspace) -> str:
    statuses = Counter({str(status): count for status, count in workspace.statuses().items()})
    return _listed(statuses) if statuses else "knows of no message"


def _title(terminal: Terminal, seed: int) -> None:
    terminal.say(terminal.paint("The account switch that burns the quota", "bold", "cyan"))
    terminal.say(
        f"CHT 5.2 and its built-in gateway talk to RapidPro, over real HTTP, in virtual time. Seed {seed}.", pause=0.4
    )


def _figures(terminal: Terminal, played: list[Played], real_seconds: float) -> None:
    minutes = round(sum(each.seconds for each in played) / 60)
    exchanges = sum(each.exchanges for each in played)
    terminal.say()
    terminal.say(
        terminal.paint(
            f"{minutes // 60} h {minutes % 60:02} min of virtual time and {exchanges:,} HTTP exchanges "
            f"in {real_seconds:.1f} s of real time.",
            "bold",
        )
    )


def _what_next(terminal: Terminal, journal: Path, second: Path) -> None:
    terminal.say(f"Journals: {journal.resolve()}\n          {second.resolve()}")
    terminal.say()
    terminal.say("What to try next:")
    where = _where_commands_are()
    for command, why in (
        (f"rapidpro-simulator journal {journal} exchange status=429", "every request that was refused"),
        ("pytest features/account_switch.feature", "the same story, as scenarios that are checked"),
        ("pytest features/ --gateway cht:4.13", "every story, with an older release of CHT"),
        ("rapidpro-simulator serve --speed 600", "both services on ports, for your own gateway"),
    ):
        terminal.say(terminal.paint(f"  {why}:", "dim"))
        terminal.say(f"    {where}{command}")


def _where_commands_are() -> str:
    # After `make demo` they are in an environment that nobody has activated.
    if shutil.which("rapidpro-simulator") is not None:
        return ""
    folder = Path(sys.executable).parent
    return f"{folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder}/"


def _refuse_unwritable(path: Path) -> None:
    try:
        path.open("w").close()
    except OSError as error:
        raise UsageError(
            f"the journal {path} cannot be written: {error.strerror}; name another file with --journal"
        ) from None
