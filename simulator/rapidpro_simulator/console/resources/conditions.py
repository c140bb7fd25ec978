"""Conditions: waiting until something is as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import FLAG, INSTANT, TEXT, array, described, optional, record
from rapidpro_simulator.laboratory.recording.durations import spoken
from rapidpro_simulator.testing.gherkin_text import block, rows
from rapidpro_simulator.testing.sentences import SentenceError

from .clock import DURATION, seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOURCE = Resource("conditions")

CONDITION = record(
    {"condition": described(TEXT, 'what any Then says, such as: message 1 is in the state "delivered"', minLength=1)},
    {
        "within": described(DURATION, "how long is waited for it, at most; default: it is so now, or it is not"),
        "table": described(array(array(TEXT)), "the rows of the table below the sentence"),
        "text": described(TEXT, "the text below the sentence"),
    },
)
MET = record(
    {
        "met": FLAG,
        "why": described(optional(TEXT), "not: how it is instead"),
        "now": described(INSTANT, "when it was met, or waited for no longer"),
    }
)


@RESOURCE.post("/worlds/{world}/conditions", CONDITION, MET)
async def wait_for(call: Call) -> Any:
    """Wait until a condition is met, and say whether it is; one that cannot be understood is refused (409)."""
    why = None
    try:
        await call.say(*_sentence(call.body))
    except SentenceError as error:
        if not isinstance(error.__cause__, AssertionError):
            raise
        why = str(error)
    return {"met": why is None, "why": why, "now": await call.read(lambda live: live.clock.now().isoformat())}


def _sentence(body: dict[str, Any]) -> Iterator[str]:
    condition = body["condition"].strip()
    if len(condition.splitlines()) != 1:
        raise ProblemError(422, "a condition is one sentence; what stands below it is 'table' or 'text'")
    within = seconds_of(body["within"]) if "within" in body else 0
    yield f"Then {f'within {spoken(within)} ' if within else ''}{condition}"
    if "table" in body:
        yield from rows(body["table"])
    if "text" in body:
        yield from block(body["text"])
