"""A saved journal becomes a scenario: the world that it tells of, what was done to it, and how time passed.

What a journal cannot tell is left out: secrets, documents that were there before it began, and flows.
"""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict

from rapidpro_simulator.rapidpro.urns import path_of
from rapidpro_simulator.served.story import Visit
from rapidpro_simulator.world.journal import Exchange

from .durations import SHORTEST, passing, rounded
from .faults import requests_of, sentence_of
from .merging import all_merged
from .recorder import Recording
from .scenario import Scenario, Step
from .visits import Surroundings, sentences_of
from .worlds import workspaces_exist

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.world.journal import Entry, Journal

VISITORS = ("outside", "tester")
GATEWAY = "gateway*"
COUCHDB = "couchdb."
API = "/api/v2/*"
OUTGOING_KEY = "/api/v1/credentials/rapidpro:outgoing"
OLD_OUTGOING_KEY = "*/medic-credentials/rapidpro:outgoing"
USUAL = ("wired", "sent", "delivered")
TOO_MANY = 429
MAKING = 5  # seconds that it takes to bring a world about


def recording_of(journal: Journal, name: str = "What happened") -> Recording:
    """Return what a journal tells as a recording. Raises `ValueError` where there is nothing in it to tell of."""
    facts = Facts(journal)
    if not facts.workspaces:
        raise ValueError("the journal has no workspace of RapidPro, so there is nothing to make a scenario of")
    files: dict[str, Any] = {}
    background = tuple(Step("Given", text) for text in facts.background())
    steps = tuple(all_merged(_steps(journal, facts, files)))
    return Recording(Scenario(name, background, steps, (), files), (), int(journal.header.get("seed", 0)))


class Facts:
    """What a journal shows of the world: hosts and their workspaces, the CHT, quotas, what becomes of messages."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.workspaces: dict[str, str] = {}  # the host of each
        self.cht: str | None = None
        self.release = ""
        for entry in journal:
            self._see(entry)
        self.used = [
            str(each.get("workspace")) for each in journal.exchanges(by=GATEWAY, path=API) if each.get("workspace")
        ]

    def _see(self, entry: Entry) -> None:
        data = entry.data
        if data.get("workspace"):
            self.workspaces.setdefault(str(data["workspace"]), str(data.get("host") or data.get("to")))
        if str(data.get("to", "")).startswith(COUCHDB):
            self.cht = str(data["to"]).removeprefix(COUCHDB)
        if entry.kind == "gateway.started":
            self.release = str(data.get("release") or "")

    def background(self) -> Iterator[str]:
        """Return the sentences that bring the world about."""
        hosts: dict[str, list[str]] = {}
        for workspace, host in self.workspaces.items():
            hosts.setdefault(host, []).append(workspace)
        for host, names in hosts.items():
            yield workspaces_exist(names, host)
        for workspace in self.workspaces:
            statuses = self._carrier(workspace)
            if statuses and statuses != USUAL:
                yield f'messages of the workspace "{workspace}" become {", ".join(statuses)}'
        yield from self._quotas()
        if self.cht is not None:
            through = self.used[0] if self.used else next(iter(self.workspaces))
            release = ".".join(self.release.split(".")[:2])
            yield f'a CHT {f"{release} " if release else ""}instance that sends through the workspace "{through}"'

    def _carrier(self, workspace: str) -> tuple[str, ...]:
        """Return the statuses that most messages of a workspace went through."""
        statuses: dict[Any, list[str]] = {}
        for entry in self._journal.where("message.status", workspace=workspace):
            if entry.data["to"] in {*USUAL, "read", "errored", "failed"}:
                statuses.setdefault(entry.data["message"], []).append(entry.data["to"])
        common = Counter(map(tuple, statuses.values())).most_common(1)
        return common[0][0] if common else ()

    def _quotas(self) -> Iterator[str]:
        """Tell the quotas that were used up: so many requests passed before the first refusal."""
        for workspace in self.workspaces:
            for refusal in self._journal.where("throttle.refused", workspace=workspace)[:1]:
                scope = str(refusal.data["scope"])
                endpoint = scope.partition(".")[2] or "*"
                path = f"/api/v2/{endpoint}*"
                before = self._journal.exchanges(workspace=workspace, path=path, until=refusal.time)
                passed = sum(each.status != TOO_MANY and each.number < refusal.number for each in before)
                yield f'the workspace "{workspace}" may make {passed} requests an hour in the scope "{scope}"'


def _steps(journal: Journal, facts: Facts, files: dict[str, Any]) -> Iterator[Step]:
    entries = list(journal)
    now = entries[0].time
    begun = False
    since: Counter[str] = Counter()  # requests of each kind since time was last told to pass
    for entry in entries:
        if isinstance(entry, Exchange) and (kind := requests_of(entry.data)) is not None:
            since[kind] += 1
            fault = sentence_of(entry.data, since[kind])
            if fault is not None:
                yield Step("When", fault)  # before the time passes in which it strikes
                continue
        for step in _sentences(entry, facts, journal, files):
            gap = rounded((entry.time - now).total_seconds())
            if gap >= SHORTEST:
                if begun or gap > MAKING:
                    yield Step("When", passing(gap))
                now = entry.time
                since.clear()
            begun = True
            yield step
    rest = rounded((entries[-1].time - now).total_seconds())
    if rest >= SHORTEST:
        yield Step("When", passing(rest))


def _sentences(entry: Entry, facts: Facts, journal: Journal, files: dict[str, Any]) -> Iterable[Step]:
    data = entry.data
    if entry.kind == "message.created" and data.get("direction") == "in":
        phone = path_of(str(data["urn"]))
        return [Step("When", f'{phone} texts "{data["text"]}" to the workspace "{data["workspace"]}"')]
    if entry.kind in {"gateway.crashed", "gateway.ended"}:
        return [Step("When", "the gateway crashes"), Step("When", "the gateway is started again")]
    return _exchange(entry, facts, journal, files) if isinstance(entry, Exchange) else ()


def _exchange(entry: Exchange, facts: Facts, journal: Journal, files: dict[str, Any]) -> Iterator[Step]:
    data = entry.data
    if data["by"] not in VISITORS or str(data["path"]).startswith("/c/"):
        return
    path = str(data["path"])
    if path == OUTGOING_KEY or fnmatchcase(path, OLD_OUTGOING_KEY):
        later = journal.exchanges(by=GATEWAY, path=API, after=entry.number)
        workspace = next((str(each.get("workspace")) for each in later if each.get("workspace")), None)
        if workspace is not None and workspace != _before(journal, entry, facts):
            yield Step("When", f'the instance is switched to the workspace "{workspace}"')
        return
    if path.startswith("/api/v1/settings"):
        return  # a part of the switch, as a rule; a body that has no secret in it is not worth the doubt
    around = Surroundings(
        {"medic"},
        set(facts.workspaces.values()),
        lambda _: data.get("workspace"),
        lambda visit: visit.host == facts.cht,
    )
    visit = Visit(0, str(data["to"]), str(data["method"]), entry.target, CIMultiDict(), entry.request)
    yield from sentences_of(around, visit, files)


def _before(journal: Journal, entry: Entry, facts: Facts) -> str | None:
    earlier = [each for each in journal.exchanges(by=GATEWAY, path=API) if each.number < entry.number]
    used = [str(each.get("workspace")) for each in earlier if each.get("workspace")]
    return used[-1] if used else (facts.used[0] if facts.used else None)
