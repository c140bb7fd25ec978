"""Where the tasks on a phone come from: the rules in the settings that have arrived, and what a scenario declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rapidpro_simulator.cht.javascript import JavaScriptError, as_object
from rapidpro_simulator.cht.lineage import is_report
from rapidpro_simulator.cht.tasks import DeclaredTask, RulesEngine
from rapidpro_simulator.cht.tasks.rules import contact_ids, subject_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.cht.tasks import Emission
    from rapidpro_simulator.world.protocols import World

    from .account import Account
    from .storage import Document, Storage


class TaskSource(Protocol):
    """What knows which tasks a contact and the reports about it ask for."""

    def emissions(self, contact: Document, reports: Iterable[Document]) -> list[Emission]:
        """Return the tasks."""


class TaskSources:
    """The sources of the tasks on the phone of `account`; rules that fail are told in the journal, and give none."""

    def __init__(self, world: World, account: Account, storage: Storage) -> None:
        self.declared: list[TaskSource] = []
        self._world = world
        self._account = account
        self._storage = storage
        self._rules: tuple[str, RulesEngine | None] | None = None  # the text, and what runs it if it can be run

    @property
    def declared_titles(self) -> list[str]:
        """Return the titles of the tasks that no project's rules stand behind; the journal calls them declared."""
        return [each.name for each in self.declared if isinstance(each, DeclaredTask)]

    @property
    def has_rules(self) -> bool:
        """Say whether the settings on the phone have rules of tasks, whose titles nobody knows before they show."""
        return self._engine() is not None

    def emissions(self) -> list[Emission]:
        """Return the work that all contacts ask for."""
        return [each for contact in self._storage.contacts for each in self._emissions_of(contact)]

    def _emissions_of(self, contact: Document) -> list[Emission]:
        about = [each for each in self._storage.documents if is_report(each) and _concerns(each, contact)]
        found = [each for source in self.declared for each in source.emissions(contact, about)]
        if (engine := self._engine()) is None:
            return found
        try:
            return found + engine.emissions(contact, [each for each in about if subject_ids(each)])
        except JavaScriptError as error:
            self._tell(error)
            return found

    def _engine(self) -> RulesEngine | None:
        """Return what runs the rules that the phone has got with the settings; None where none can run."""
        text = as_object(self._storage.settings.get("tasks")).get("rules")
        if not isinstance(text, str) or not text:
            return None
        if self._rules is None or self._rules[0] != text:
            self._rules = (text, self._engine_of(text))
        return self._rules[1]

    def _engine_of(self, rules: str) -> RulesEngine | None:
        settings = self._storage.settings
        try:
            return RulesEngine(
                rules,
                self._world.clock.now,
                user=self._storage.own_contact,
                roles=self._account.roles,
                permissions=as_object(settings.get("permissions")),
                schedules=as_object(settings.get("tasks")).get("schedules") or (),
            )
        except JavaScriptError as error:  # as rules for nools are, of projects from before 5.0
            self._tell(error)
            return None

    def _tell(self, error: JavaScriptError) -> None:
        self._world.journal.event("phone.rules_failed", user=self._account.name, problem=str(error))


def _concerns(report: Document, contact: Document) -> bool:
    """Say whether `report` is about `contact`; one that names no subject is about the one who sent it."""
    named = subject_ids(report) or {str(as_object(report.get("contact")).get("_id"))}
    return bool(named & contact_ids(contact))
