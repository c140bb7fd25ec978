"""Inputs are found for every exit that has one: answers, results, fields, groups, web servers, chance, silence."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rapidpro_simulator.laboratory.flows.costs import cost_of
from rapidpro_simulator.laboratory.flows.exploring import Exploration, explore
from rapidpro_simulator.laboratory.flows.plan import TEXT
from rapidpro_simulator.laboratory.flows.walking import FlowWorld
from rapidpro_simulator.laboratory.flows.words import words_of

from .exports import act, export, say, split, uuid


def explored(folder: Path, *nodes: dict[str, Any], language: str = "eng", **flow: Any) -> Exploration:
    with closing(FlowWorld(export(folder, list(nodes), **flow))) as world:
        return explore(world, world.flows[0], language)


def texts(exploration: Exploration) -> set[str]:
    return {move.text for walk in exploration.walks for move in walk.plan.moves if move.kind == TEXT}


@pytest.mark.parametrize(
    ("export_file", "flow"),
    [
        ("registration.json", "Registration"),
        ("pregnancy-report.json", "Pregnancy report"),
        ("triage-and-feedback.json", "Triage"),
        ("triage-and-feedback.json", "Feedback"),
        ("cht-incoming-message.json", "CHT incoming message"),
        ("daily-check-in.json", "Daily check-in"),
        ("who-am-i.json", "Who am I"),
    ],
)
def test_everything_is_reached(export_file: str, flow: str) -> None:
    """Of the flows of this repository all parts are reached, in each of their languages."""
    with closing(FlowWorld(Path(export_file))) as world:
        (chosen,) = (each for each in world.flows if each.name == flow)
        for language in world.languages(chosen):
            assert explore(world, chosen, language).unreached == {}


def test_a_walk_for_each_case(tmp_path: Path) -> None:
    """Each case is reached by a text of its own, and the default by one that fits none."""
    cases = [("has_any_word", ["yes"], "Yes"), ("has_number_gt", ["3"], "Many")]
    found = explored(tmp_path, split("q", cases, {"Yes": None, "Many": None, "Other": None}, result="Answer"))
    assert found.unreached == {}
    assert len(found.walks) == 4  # and silence
    assert {"Yes"} < texts(found)


def test_translated_cases(tmp_path: Path) -> None:
    """In another language the answers are those of that language."""
    node = split("q", [("has_any_word", ["yes"], "Yes")], {"Yes": None, "Other": None})
    localization = {"nya": {uuid("q case 0"): {"arguments": ["inde"]}}}
    assert "Yes" in texts(explored(tmp_path, node, localization=localization))
    assert "Inde" in texts(explored(tmp_path, node, localization=localization, language="nya"))


def test_a_result_that_is_looked_at_later(tmp_path: Path) -> None:
    """A split by an earlier result is turned by the answer that was saved."""
    ask = split("age", [], {"All Responses": "by age"}, result="Age")
    by_age = split("by age", [("has_number_lt", ["18"], "Child")], {"Child": None, "Adult": None},
                   operand="@results.age", waits=False)  # fmt: skip
    found = explored(tmp_path, ask, by_age)
    assert found.unreached == {}
    assert any(text.lstrip("-").isdecimal() and int(text) < 18 for text in texts(found))


def test_a_field_and_a_group(tmp_path: Path) -> None:
    """A split by what is known of the contact is turned by another contact."""
    group = uuid("the group")
    by_field = split("f", [("has_only_text", ["Zomba"], "Zomba")], {"Zomba": "g", "Other": "g"},
                     operand="@fields.town", waits=False)  # fmt: skip
    by_group = split("g", [("has_group", [group, "Mothers"], "Mothers")], {"Mothers": None, "Other": None},
                     operand="@contact.groups", waits=False)  # fmt: skip
    found = explored(tmp_path, by_field, by_group)
    assert found.unreached == {}
    assert ("town", "Zomba") in {pair for walk in found.walks for pair in walk.plan.fields}


def test_a_web_server_that_fails(tmp_path: Path) -> None:
    """Success and failure of a web request are both walked, and an answer that is looked into is made."""
    call = {
        "uuid": uuid("call"),
        "type": "call_webhook",
        "method": "GET",
        "url": "https://a.example.org/",
        "headers": {},
    }
    status = split("s", [("has_number_between", ["200", "299"], "Success")], {"Success": "j", "Failure": None},
                   operand="@webhook.status", waits=False, actions=[call])  # fmt: skip
    member = split("j", [("has_only_text", ["shipped"], "Shipped")], {"Shipped": None, "Other": None},
                   operand="@webhook.json.order.state", waits=False)  # fmt: skip
    found = explored(tmp_path, status, member, spec_version="13.6.0")
    assert found.unreached == {}
    assert ("order.state", "shipped") in {pair for walk in found.walks for body in walk.plan.members for pair in body}


def test_chance(tmp_path: Path) -> None:
    """Every way of a random split is taken."""
    ways = {"A": None, "B": None, "C": None}
    node = split("r", [], ways, waits=False)
    node["router"] = {"type": "random", "categories": node["router"]["categories"]}
    assert explored(tmp_path, node).unreached == {}


def test_silence(tmp_path: Path) -> None:
    """A timeout is waited for, and where there is none the expiration."""
    first = split("first", [], {"No Response": "last", "All Responses": None}, timeout=600)
    first["router"]["default_category_uuid"] = uuid("first is All Responses")
    found = explored(tmp_path, first, split("last", [], {"All Responses": None}))
    assert found.unreached == {}
    assert "(silence) → (silence until it expires)" in {words_of(walk) for walk in found.walks}


def test_words_of_one_answer(tmp_path: Path) -> None:
    """Expressions that look at parts of one answer are given an answer with all of these parts."""
    form = split("form", [], {"All Responses": "a"}, result="Form")
    first = split("a", [("has_number", [], "Age")], {"Age": "b", "Other": "form"},
                  operand='@(field(results.form, 0, " "))', waits=False)  # fmt: skip
    second = split("b", [("has_any_word", ["male m"], "Male")], {"Male": None, "Other": "form"},
                   operand='@(field(results.form, 1, " "))', waits=False)  # fmt: skip
    assert explored(tmp_path, form, first, second).unreached == {}


def test_what_no_input_reaches_is_told(tmp_path: Path) -> None:
    """A case behind one that takes all of its texts, and a node to which no way leads, are told with their reasons."""
    cases = [("has_any_word", ["yes no"], "Any"), ("has_phrase", ["no"], "No")]
    found = explored(tmp_path, split("q", cases, {"Any": None, "No": None, "Other": None}), say("lonely", "Hello?"))
    assert found.unreached["case:0.1"] == "case 1, has_any_word('yes no') takes all that it could"
    assert found.unreached["node:1"] == "no way leads there"


def test_loops_are_left(tmp_path: Path) -> None:
    """A flow that goes round for ever is explored in bounded walks, and its end is that it expires."""
    found = explored(tmp_path, split("q", [], {"All Responses": "again"}), say("again", "Again!", "q"))
    assert found.unreached == {}
    assert found.tried < 20


def questionnaire(questions: int) -> list[dict[str, Any]]:
    """Questions that are asked again until they are answered."""
    cases = [("has_number_between", ["1", "5"], "Number")]
    nodes = []
    for number in range(questions):
        ways = {"Number": f"s{number + 1}", "Other": f"s{number}"}
        nodes += [say(f"s{number}", f"Question {number}?", f"q{number}"), split(f"q{number}", cases, ways)]
    return [*nodes, say(f"s{questions}", "Thank you")]


def test_a_long_questionnaire(tmp_path: Path) -> None:
    """What has been reached is put off, so that each question costs a walk for each of its answers, however many."""
    found = explored(tmp_path, *questionnaire(31))
    assert found.unreached == {}
    assert found.tried <= 31 * 3 + 1
    assert not found.is_cut_short


def test_a_search_that_is_cut_short(tmp_path: Path) -> None:
    """Where more walks were not allowed, what is not reached is told with that."""
    with closing(FlowWorld(export(tmp_path, questionnaire(3)))) as world:
        found = explore(world, world.flows[0], "eng", 3)
    assert found.is_cut_short
    assert "no input was found, in 3 walks, and more were not to be tried" in found.unreached.values()


def test_one_seed_one_exploration(tmp_path: Path) -> None:
    """Two explorations are the same."""
    nodes = [split("q", [("has_any_word", ["a b c"], "Yes")], {"Yes": "x", "Other": None}), act("x", [], "q")]
    first, second = explored(tmp_path, *nodes), explored(tmp_path, *nodes)
    assert list(map(words_of, first.walks)) == list(map(words_of, second.walks))


def test_calls(tmp_path: Path) -> None:
    """In a call keys are pressed, as many as are waited for, and a call that was forwarded ends in each way."""
    keys = split("q", [("has_any_word", ["1"], "One"), ("has_any_word", ["yes"], "Yes")],
                 {"One": "d", "Yes": None, "Other": "q"})  # fmt: skip
    keys["router"]["wait"]["hint"] = {"type": "digits", "count": 1}
    dial = split("d", [("has_only_text", ["answered"], "Answered")], {"Answered": None, "Failed": None},
                 operand='@(default(resume.dial.status, ""))')  # fmt: skip
    dial["router"]["wait"] = {"type": "dial", "phone": "+254700000001"}
    found = explored(tmp_path, keys, dial, type="voice")
    assert texts(found) <= set("0123456789*#")
    assert {"case:1.0", "category:1.1"} <= found.reached
    assert found.unreached["case:0.1"] == "no keys that can be pressed are it"
    assert all(cost_of(walk).sms == 0 for walk in found.walks)
