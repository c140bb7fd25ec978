"""The story of `features/account_switch.feature`, as two simulations that tell what happens in them."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.administrator import Administrator, message_document

from .exchanges import INDENT, TOO_MANY, ExchangePrinter

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.testing.terminal import Terminal
    from rapidpro_simulator.world.network import HttpResponse

STUCK = 42
NEW_MESSAGES = 5
SCOPE = "v2.messages"
RAPIDPRO = "textit.com"
CHT = "cht.example.org"
SILENT = nullcontext()


@dataclass(frozen=True)
class Played:
    """What a telling of the story took: virtual seconds, and HTTP exchanges."""

    seconds: float
    exchanges: int


class Story:
    """One simulation: CHT sends 42 messages through "Old", whose carrier never reports a delivery."""

    def __init__(self, simulation: Simulation, terminal: Terminal) -> None:
        self._simulation = simulation
        self._terminal = terminal
        self._host = simulation.rapidpro(RAPIDPRO)
        self._old = self._host.workspace("Old")
        self._new = self._host.workspace("New")
        self._old.deliver("sent")
        self._exchanges = ExchangePrinter(terminal, RAPIDPRO)
        simulation.journal.listeners.append(self._exchanges.hear)

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
        with self._exchanges:
            self._simulation.advance(minutes=1)
        self._remark("“New” never heard of these messages, and each question costs one of its requests:")
        self._fill_quota()
        with self._exchanges:
            self._simulation.advance(minutes=1)
        self._quota()
        self._remark("Whoever else has a token of “New”, such as a dashboard, is refused as well:")
        with self._exchanges:
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
        with self._exchanges:
            self._simulation.advance(minutes=2)
            self._ask_as_dashboard()
        self._remark("In the end:")
        self._states()
        return self._end()

    # What happens

    def _send_through_old(self, told: AbstractContextManager[None] | None = None) -> None:
        self._administrator.set_credential("rapidpro:outgoing", self._old.token.key)
        self._add_messages(STUCK)
        with told or self._exchanges:
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


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _known(workspace: Workspace) -> str:
    statuses = Counter({str(status): count for status, count in workspace.statuses().items()})
    return _listed(statuses) if statuses else "knows of no message"
