"""A run: one flow with one contact. Actions and routers work on it; it evaluates, remembers and logs for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.results import Result
from rapidpro_simulator.rapidpro.flows.core.run_data import FAILED, RunData, Step
from rapidpro_simulator.rapidpro.flows.excellent import templates
from rapidpro_simulator.rapidpro.flows.locales.timestamps import timestamp
from rapidpro_simulator.rapidpro.flows.modifiers import ModifierContext, smart_groups
from rapidpro_simulator.rapidpro.flows.texts.strings import snakify, trim, truncate_with_ellipsis

from .context import RunContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.core.contact import Contact
    from rapidpro_simulator.rapidpro.flows.core.events import Event
    from rapidpro_simulator.rapidpro.flows.core.services import Runtime
    from rapidpro_simulator.rapidpro.flows.core.session_data import SessionData
    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.excellent.templates import ExpressionProblem
    from rapidpro_simulator.rapidpro.flows.excellent.values import Object, Value
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.flows.modifiers import Modifier


class Run(RunData):
    """A run at work in its session."""

    def __init__(self, session: SessionData, uuid: str, flow_reference: dict[str, Any], created_on: str) -> None:
        super().__init__(uuid, flow_reference, created_on)
        self.session: SessionData = session

    @classmethod
    def from_json(cls, document: Mapping[str, Any], session: SessionData) -> Run:
        """Return a run as it was saved."""
        run = cls(session, document["uuid"], document["flow"], document["created_on"])
        run.restore(document)
        return run

    def summary(self) -> dict[str, Any]:
        """Return what sessions that this run starts know of it (flows 3.10)."""
        return {
            "uuid": self.uuid,
            "flow": self.flow_reference,
            "contact": self.contact.to_json(),
            "status": self.status,
            "results": {key: result.to_json() for key, result in self.results.items()},
        }

    # who and what it works with

    @property
    def runtime(self) -> Runtime:
        return self.session.runtime

    @property
    def contact(self) -> Contact:
        return self.session.contact

    @property
    def environment(self) -> Environment:
        """The session's environment with what the contact overrides (flows 8.1)."""
        return self.session.merged_environment

    @property
    def flow(self) -> FlowDefinition:
        """The current definition. Raises `LookupError` where the workspace does not have the flow any more."""
        return self.session.flow_of(self)

    # its life

    def arrive(self, node_uuid: str) -> Step:
        """Begin the visit of a node."""
        step = Step(node_uuid, self._touch())
        self.path.append(step)
        return step

    def set_status(self, status: str) -> None:
        """Wait, or be active again."""
        self.status = status
        self._touch()

    def received_input(self) -> None:
        """Remember that the contact said something."""
        if not self.had_input:
            self.had_input = True
            self._touch()

    def exit(self, status: str) -> None:
        """End the run and say so; one that has ended stays as it is."""
        if self.exited_on is None:
            self.status = status
            self.exited_on = self._touch()
            self.log(events.run_ended(self.uuid, self.flow_reference, status))

    def fail(self, text: str) -> None:
        """Say why the run has failed, and end it; its parents and the session fail with it."""
        self.log(events.failure(text))
        self.exit(FAILED)

    # for actions and routers

    def log(self, event: Event) -> Event:
        """Give an event its UUID and time and report it; returns the event as it is reported."""
        reported = self.session.log(event)
        if self.path:
            self.session.sprint.places[reported["uuid"]] = self.step.node_uuid
        return reported

    def context(self) -> Object:
        """Return what expressions see now (flows 5)."""
        return RunContext(self.session, self)

    def evaluate_text(
        self, template: str, *, truncate: bool = True, escape: Callable[[str], str] | None = None
    ) -> tuple[str, bool]:
        """Evaluate a template to text; what goes wrong is logged, and False comes with what did evaluate.

        The text is cut to the engine's limit, unless `truncate` is False. `escape` is applied to every expression's
        text.
        """
        problems: list[ExpressionProblem] = []
        if _is_plain(template):
            text = template
        else:
            evaluation = templates.evaluate_text(self.environment, RunContext(self.session, self), template, escape)
            text, problems = evaluation.text, evaluation.problems
            self._report(problems, evaluation.warnings)
        limit = self.runtime.limits.template
        return (truncate_with_ellipsis(text, limit) if truncate else text), not problems

    def evaluate_value(self, template: str) -> Value:
        """Evaluate a template to a value, which may be an error; other problems are logged (flows 6.2)."""
        if _is_plain(template):
            return trim(template)
        value, problems, warnings = templates.evaluate_value(self.environment, RunContext(self.session, self), template)
        if problems or warnings:
            self._report(problems, warnings)
        return value

    def localized(
        self, item_uuid: str, property_: str, native: list[str], languages: Sequence[str] | None = None
    ) -> tuple[list[str], str]:
        """Return the texts of a property in the best language there is, and that language (flows 2.8).

        `languages` are tried in order, before the flow's own; without them those of contact and workspace.
        """
        flow = self.flow
        if flow.localization.translations:
            for language in self.session.languages if languages is None else languages:
                if language == flow.language:
                    break
                translated = flow.localization.get(language, item_uuid, property_)
                if translated is not None:
                    return translated, language
        return native, flow.language

    def save_result(
        self,
        name: str,
        value: str,
        category: str = "",
        *,
        category_localized: str = "",
        input: str = "",  # noqa: A002 (its name on the wire)
        extra: Any = None,
        extra_source: str = "",
    ) -> Result:
        """Keep a result of the current node under the key of its name, and report it if it is news (flows 3.7)."""
        result = Result(
            name=name,
            value=value[: self.runtime.limits.result_value],
            category=category,
            category_localized=category_localized,
            node_uuid=self.step.node_uuid,
            input=input,
            extra=extra,
            created_on=timestamp(self.runtime.now()),
            extra_source=extra_source,
        )
        key = snakify(name)
        previous = self.results.get(key)
        self.results[key] = result
        self._touch()
        if previous is None:
            self.log(events.run_result_changed(name, result.value, category, extra))
        elif (previous.value, previous.category) != (result.value, category):
            before = {"value": previous.value, "category": previous.category}
            self.log(events.run_result_changed(name, result.value, category, extra, before))
        return result

    def apply(self, modifier: Modifier) -> bool:
        """Change the contact, log how, and re-evaluate query groups; returns whether anything changed (flows 3.8)."""
        session = self.session
        environment, assets, contact = session.merged_environment, session.assets, session.contact
        changed = modifier.apply(ModifierContext(session.runtime, environment, assets, contact, session.log))
        if changed:
            session.contact_changed()
            smart_groups.reevaluate(session.merged_environment, assets, contact, session.log)
        return changed

    def _report(self, problems: list[ExpressionProblem], warnings: list[str]) -> None:
        for warning in warnings:
            self.log(events.warning(warning, events.DEPRECATED_CONTEXT))
        for problem in problems:
            code = events.EXPRESSION_TOO_COMPLEX if problem.too_complex else events.EXPRESSION
            text = f"Error evaluating expression: {problem.message}"
            self.log(events.error(text, code, {"expression": problem.expression}))

    def _touch(self) -> str:
        self.modified_on = timestamp(self.runtime.now())
        return self.modified_on


def _is_plain(template: str) -> bool:
    return "@" not in template and "\0" not in template
