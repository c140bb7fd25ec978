from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits
from rapidpro_simulator.rapidpro.flows.excellent.values import Error
from tests.rapidpro.flows.engine.building import flow, node, question, send_msg, switch, uuid
from tests.rapidpro.flows.engine.playing import Play

ASK = flow(question(10, "Yes?"))
GREETING = {"fra": {uuid(15): {"text": ["Bonjour"]}}, "spa": {uuid(15): {"text": ["Hola"]}}}


def waiting(**options: Any) -> Play:
    """Return a play in which a run waits."""
    play = Play(ASK, **options)
    play.start()
    play.sprint.events.clear()
    return play


@pytest.mark.parametrize(
    ("template", "text", "ok", "errors"),
    [
        ("plain", "plain", True, []),
        ("Hi @contact.first_name", "Hi Ann", True, []),
        ("a@(1 / 0)b", "ab", False, ["Error evaluating expression: division by zero"]),
        (
            "@(1 / 0)@contact.shoes",
            "",
            False,
            [
                "Error evaluating expression: division by zero",
                "Error evaluating expression: object has no property 'shoes'",
            ],
        ),
    ],
)
def test_evaluate_text(template: str, text: str, ok: bool, errors: list[str]) -> None:
    """What goes wrong in a template is logged, what does not is text."""
    play = waiting()

    assert play.session.runs[0].evaluate_text(template) == (text, ok)
    assert play.texts("error") == errors


def test_error_event() -> None:
    """The error of an expression says which one it was."""
    play = waiting()

    play.session.runs[0].evaluate_text("@(1 / 0)")

    (event,) = play.sprint.events
    assert (event["code"], event["extra"]) == ("expression", {"expression": "@(1 / 0)"})


def test_deprecated_context() -> None:
    """What flows should not use any more is a warning."""
    play = waiting()

    play.session.runs[0].evaluate_text("@contact.tickets")

    (event,) = play.sprint.events
    assert (event["type"], event["code"]) == ("warning", "context:deprecated")


def test_evaluated_text_is_cut() -> None:
    """Evaluated text has a limit, unless it is a webhook's body; plain text too."""
    run = waiting(limits=EngineLimits(template=10)).session.runs[0]

    assert run.evaluate_text("@(repeat(1, 11))") == ("1111111...", True)
    assert run.evaluate_text("12345678901") == ("1234567...", True)
    assert run.evaluate_text("@(repeat(1, 11))", truncate=False) == ("11111111111", True)


def test_evaluate_value() -> None:
    """One expression is its value, an error too; anything else is text, and what goes wrong in it is logged."""
    play = waiting()
    run = play.session.runs[0]

    assert isinstance(run.evaluate_value(" @(1 / 0) "), Error)
    assert run.evaluate_value(" plain ") == "plain"
    assert play.sprint.events == []
    assert run.evaluate_value("x @(1 / 0)") == "x "
    assert len(play.texts("error")) == 1


@pytest.mark.parametrize(
    ("allowed", "contact", "expected"),
    [
        (["eng", "fra"], "fra", ("Bonjour", "fra")),
        (["eng", "fra"], "spa", ("Hi", "eng")),
        (["spa", "eng"], "fra", ("Hola", "spa")),
        (["spa", "eng"], "eng", ("Hi", "eng")),
        (["kin", "fra"], "", ("Hi", "eng")),
        ([], "fra", ("Hi", "eng")),
    ],
)
def test_language(allowed: list[str], contact: str, expected: tuple[str, str]) -> None:
    """The contact's language counts if the workspace has it, then the workspace's first, then the flow's."""
    play = Play(flow(node(10, send_msg(15)), localization=GREETING), environment={"allowed_languages": allowed})
    play.contact.language = contact
    play.start()

    texts, language = play.session.runs[0].localized(uuid(15), "text", ["Hi"])

    assert (*texts, language) == expected


def test_language_that_is_asked_for() -> None:
    """Languages can be asked for; one without a translation is passed over."""
    play = Play(flow(node(10, send_msg(15)), localization=GREETING))
    play.start()

    assert play.session.runs[0].localized(uuid(15), "text", ["Hi"], ["kin", "spa"]) == (["Hola"], "spa")


def test_language_of_the_contact_may_change() -> None:
    """A new language of the contact counts at once."""
    play = Play(flow(question(10, "Hi"), localization=GREETING), environment={"allowed_languages": ["eng", "spa"]})
    play.start()
    run = play.session.runs[0]
    assert run.localized(uuid(15), "text", ["Hi"])[1] == "eng"

    run.apply(modifiers.LanguageModifier(language="spa"))

    assert run.localized(uuid(15), "text", ["Hi"])[1] == "spa"
    assert run.environment.languages == ("spa", "eng")


def test_results() -> None:
    """A result replaces the one of its key; it is news when its value or category differ."""
    play = waiting()
    run = play.session.runs[0]

    run.save_result("Water Point", "well", "Well", input="the well", extra={"0": "well"})
    run.save_result("water point", "well", "Well")
    run.save_result("Water Point", "river", "")

    first, second = play.sprint.events
    assert first["extra"] == {"0": "well"}
    assert "previous" not in first
    assert second["previous"] == {"value": "well", "category": "Well"}
    assert list(run.results) == ["water_point"]
    assert run.results["water_point"].node_uuid == uuid(10)


def test_long_results() -> None:
    """The value of a result is cut, without dots."""
    run = waiting().session.runs[0]

    assert run.save_result("Story", "x" * 641).value == "x" * 640


def test_read_results() -> None:
    """Names of saved results are cut to 64 characters when they are read."""
    play = waiting()
    play.session.runs[0].save_result("n" * 63 + " and more", "1")

    play.reread()

    (result,) = play.session.runs[0].results.values()
    assert result.name == "n" * 63


def test_modifiers() -> None:
    """A change of the contact is an event, and query groups follow; no change is neither."""
    group = {"uuid": uuid(800), "name": "Bobs", "query": "name = Bob"}
    play = waiting(groups=[group])
    run = play.session.runs[0]

    assert run.apply(modifiers.NameModifier(name="Bob"))
    assert play.types() == ["contact_name_changed", "contact_groups_changed"]
    assert not run.apply(modifiers.NameModifier(name="Bob"))
    assert len(play.sprint.events) == 2


@pytest.mark.parametrize(
    ("arguments", "tried", "category"),
    [
        (["yes"], "has_any_word('yes') said 'false'", "Other"),
        (["Maybe later"], "has_any_word('Maybe later') matched 'maybe'", "Yes"),
        (["@(1 / 0)"], "has_any_word('division by zero') said", "Other"),
    ],
)
def test_trace(arguments: list[str], tried: str, category: str) -> None:
    """The trace of a sprint says for every branch what was tested, what the outcome was, and what was chosen."""
    router = switch(11, wait={"type": "msg"})
    router["cases"][0]["arguments"] = arguments
    play = Play(flow(node(10, router=router)))
    play.start()
    assert play.sprint.trace == []

    (branch,) = play.say("maybe").trace

    assert tried in str(branch)
    assert branch.category == category
    assert branch.operand == "maybe"


def test_trace_of_silence_and_chance() -> None:
    """Branches that were taken by time or by chance say so."""
    timeout = {"type": "msg", "timeout": {"seconds": 60, "category_uuid": uuid(17)}}
    categories = [{"uuid": uuid(30 + n), "name": f"Way {n}", "exit_uuid": uuid(21)} for n in range(4)]
    lottery = node(20, router={"type": "random", "categories": categories, "result_name": "Way"})
    play = Play(flow(question(10, "Yes?", to=20, wait=timeout), lottery), random=0.75)
    play.start()

    play.time_out()

    assert [(branch.category, branch.reason) for branch in play.sprint.trace] == [
        ("Other", "no answer in time"),
        ("Way 3", "by chance"),
    ]
    result = play.session.runs[0].results["way"]
    assert (result.value, result.input) == ("3", "0.75")


def test_test_that_fails() -> None:
    """A test with an error is an error event, and the next case has its turn."""
    router = switch(11)
    first = {**router["cases"][0], "uuid": uuid(77), "type": "has_pattern", "arguments": ["("]}
    router.update(cases=[first, {**router["cases"][0], "type": "has_text", "arguments": []}], operand="fine")
    play = Play(flow(node(10, router={**router, "result_name": "Answer"})))

    play.start()

    (text,) = play.texts("error")
    assert text.startswith("Error calling test has_pattern(...): error calling has_pattern(...): ")
    assert play.session.runs[0].results["answer"].category == "Yes"


def test_operand_with_error() -> None:
    """An operand that is an error is logged once, when no case wants it, and the default gets empty text."""
    play = Play(flow(node(10, router=switch(11, operand="@(1 / 0)", result_name="Answer", cases=[]))))

    play.start()

    assert len(play.texts("error")) == 1
    assert play.session.runs[0].results["answer"].value == ""


def test_no_category() -> None:
    """A router that picks no category fails the run."""
    play = Play(flow(node(10, router=switch(11, default_category_uuid=None))))

    play.start()

    assert play.texts("failure") == ["Router failed to pick a category"]


def test_translated_cases() -> None:
    """Arguments of a case are translated if there are as many, and the category's name goes with the result."""
    translations = {"fra": {uuid(18): {"arguments": ["oui"]}, uuid(16): {"name": ["Oui"]}}}
    play = Play(flow(question(10, "Yes?", result_name="Answer"), localization=translations))
    play.start()

    play.say("oui")

    result = play.session.runs[0].results["answer"]
    assert (result.category, result.category_localized) == ("Yes", "Oui")


def test_translation_of_another_length() -> None:
    """A translation with more arguments than the case has is not used."""
    translations = {"fra": {uuid(18): {"arguments": ["oui", "si"]}}}
    play = Play(flow(question(10, "Yes?", result_name="Answer"), localization=translations))
    play.start()

    play.say("yes")

    assert play.session.runs[0].results["answer"].category == "Yes"


def test_segments() -> None:
    """An exit to another node is a segment, with the operand that chose it; an exit to nowhere is none."""
    play = Play(flow(question(10, "Yes?", to=20), node(20)))
    play.start()

    (segment,) = play.say("yes").segments

    assert segment.to_json() == {
        "flow_uuid": uuid(1),
        "node_uuid": uuid(10),
        "exit_uuid": uuid(11),
        "operand": "yes",
        "destination_uuid": uuid(20),
        "time": "2026-01-02T03:04:05Z",
    }


@pytest.mark.parametrize("extra", [{}, [], 0, False, ""])
def test_empty_extra(extra: Any) -> None:
    """JSON that is empty is still there: only null is nothing."""
    play = waiting()

    result = play.session.runs[0].save_result("Call", "200", "Success", extra=extra)

    assert play.sprint.events[0]["extra"] == result.to_json()["extra"] == extra
