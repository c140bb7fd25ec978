"""Actions of features that RapidPro no longer has: definitions may still hold them (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core import events

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.deprecated import CallClassifier, RequestOptin
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


async def call_classifier(action: CallClassifier, run: Run) -> None:
    run.log(events.warning("NLU classifiers are no longer supported"))
    text, _ = run.evaluate_text(action.input)
    run.save_result(action.result_name, "0", category="Failure", input=text)


async def request_optin(action: RequestOptin, run: Run) -> None:
    run.log(events.error("opt-in requests are no longer supported", events.ACTION_UNSUPPORTED))
