"""The exchanges with RapidPro, printed while they happen, a line each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidpro_simulator.world.journal import Exchange

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.testing.terminal import Terminal
    from rapidpro_simulator.world.journal import Entry

INDENT = "   "
TOO_MANY = 429
WIDTH = 50
SPEAKERS = {"gateway": "CHT", "tester": "dashboard"}
COLORS = {2: "green", 4: "red", 5: "red"}


class ExchangePrinter:
    """Prints the exchanges with `host` as they end: of each kind the first few in a minute, then how many are alike.

    It listens while it is entered.
    """

    SHOWN = 2

    def __init__(self, terminal: Terminal, host: str) -> None:
        self._terminal = terminal
        self._host = host
        self._listens = False
        self._minute: datetime | None = None
        self._heard: Counter[str] = Counter()

    def __enter__(self) -> None:
        self._listens = True

    def __exit__(self, *_: object) -> None:
        self._conclude()
        self._listens = False

    def hear(self, entry: Entry) -> None:
        if not self._listens or not isinstance(entry, Exchange) or entry.get("to") != self._host:
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
