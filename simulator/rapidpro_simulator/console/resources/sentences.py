"""Sentences: everything that a scenario can say, said in a world; and which there are."""

from __future__ import annotations

from typing import Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.schemas import COUNT, INSTANT, TEXT, array, described, record, results

RESOURCE = Resource("sentences")

SENTENCE = record(
    {
        "example": TEXT,
        "text": TEXT,
        "grammars": array(TEXT),
        "values": {"type": "object", "additionalProperties": TEXT},
        "below": array(TEXT),
    }
)


@RESOURCE.get("/sentences", results(SENTENCE), {"find": described(TEXT, "words of the sentences that are wanted")})
async def list_sentences(call: Call) -> Any:
    """List the sentences that there are, or find some by their words."""
    from rapidpro_simulator.testing import catalogue, step_search  # with all sentences

    wanted = call.query.get("find")
    entries = step_search.find(wanted) if wanted else catalogue.entries()
    return {
        "results": [
            {
                "example": each.example,
                "text": each.text,
                "grammars": each.lines,
                "values": each.values,
                "below": each.blocks,
            }
            for each in entries
        ]
    }


@RESOURCE.post(
    "/worlds/{world}/sentences",
    record({"text": described(TEXT, "Gherkin: one sentence a line, with tables and texts below them")}),
    record({"said": COUNT, "now": INSTANT}),
)
async def say(call: Call) -> Any:
    """Say sentences: do what Given and When say, check what Then says. The first that fails ends it (409)."""
    count = await call.say(call.body["text"])
    return {"said": count, "now": await call.read(lambda live: live.clock.now().isoformat())}
