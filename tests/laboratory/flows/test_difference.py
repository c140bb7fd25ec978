"""Two exports are compared by what they do, whatever their bytes are."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.laboratory.flows.difference import Difference, differences
from rapidpro_simulator.laboratory.flows.walking import FlowWorld
from rapidpro_simulator.rapidpro.export_files import read_file
from rapidpro_simulator.rapidpro.flows.definition.migrations import migrate

from .exports import act, export, say, split, uuid

if TYPE_CHECKING:
    from collections.abc import Callable


def nodes(thanks: str = "Thank you.", least: str = "18") -> list[dict[str, Any]]:
    ask = split("q", [("has_number_gte", [least], "Adult")], {"Adult": "bye", "Child": "no"}, result="Age")
    return [say("hi", "How old are you?", "q"), ask, say("bye", thanks), say("no", "You are too young.")]


def found(old: Path, new: Path) -> list[Difference]:
    with closing(FlowWorld(old)) as before, closing(FlowWorld(new)) as after:
        return differences(before, after)


def test_the_same_after_another_move(tmp_path: Path) -> None:
    """A difference that is seen after one move or after two is told once."""
    paths = []
    for thanks in ("Thank you.", "Thanks!"):
        ask = split("q", [("has_any_word", ["yes"], "Yes"), ("has_any_word", ["no"], "No")],
                    {"Yes": "bye", "No": "bye", "Other": "q"})  # fmt: skip
        paths.append(export(tmp_path, [ask, say("bye", thanks)], f"{thanks}.json"))
    (only,) = found(*paths)
    assert only.count > 1


def test_no_difference(tmp_path: Path) -> None:
    """Other UUIDs, another order of the keys and another revision are no difference."""
    old = export(tmp_path, nodes(), "old.json")
    text = old.read_text().replace("-5", "-4")
    document = json.loads(text)
    document["flows"][0] = dict(reversed(document["flows"][0].items())) | {"revision": 9}
    new = tmp_path / "new.json"
    new.write_text(json.dumps(document))
    assert found(old, new) == []


def test_another_text(tmp_path: Path) -> None:
    """A text that was changed is told once, with who reads it."""
    (only,) = found(export(tmp_path, nodes(), "old.json"), export(tmp_path, nodes("Thanks!"), "new.json"))
    assert (only.what, only.old, only.new) == ("answer after move 1", "“Thank you.”", "“Thanks!”")
    assert only.words == "18"


def test_another_limit(tmp_path: Path) -> None:
    """A limit that was moved is seen in the input at the limit, which is walked because either flow has it."""
    told = found(export(tmp_path, nodes(), "old.json"), export(tmp_path, nodes(least="21"), "new.json"))
    assert ("the result Age after move 1", "18 (Adult)", "18 (Child)") in [
        (each.what, each.old, each.new) for each in told
    ]


def changed(change: Callable[[list[dict[str, Any]]], object]) -> list[dict[str, Any]]:
    made = nodes()
    change(made)
    return made


def also(kind: str, **more: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda made: made[2]["actions"].append({"uuid": uuid(kind), "type": kind, **more})


GROUP = {"uuid": uuid("Mothers"), "name": "Mothers"}
SEEN: dict[str, tuple[Callable[[list[dict[str, Any]]], object], str]] = {
    "category": (lambda made: made[1]["router"]["categories"][0].update(name="Grown"), "the result Age after move 1"),
    "result": (lambda made: made[1]["router"].update(result_name="Years"), "the result Age after move 1"),
    "exit": (lambda made: made[1]["exits"][0].update(destination_uuid=uuid("no")), "answer after move 1"),
    "quick reply": (lambda made: made[0]["actions"][0].update(quick_replies=["18"]), "answer"),
    "attachment": (lambda made: made[0]["actions"][0].update(attachments=["image:https://a.org/b.jpg"]), "answer"),
    "label": (also("add_input_labels", labels=[GROUP]), "the labels after move 1"),
    "e-mail": (also("send_email", addresses=["a@example.org"], subject="New", body="Adult"), "the e-mail after move 1"),
    "broadcast": (also("send_broadcast", text="New", groups=[GROUP], contacts=[]), "the broadcast after move 1"),
    "URN": (also("add_contact_urn", scheme="mailto", path="a@example.org"), "the contact's URNs after move 1"),
    "ticket": (also("open_ticket", note="New"), "the ticket after move 1"),
    "session": (also("start_session", flow={"uuid": uuid("the flow"), "name": "Survey"}, groups=[GROUP], contacts=[]),
                "the start of a flow after move 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_whatever_is_seen_from_outside(tmp_path: Path, name: str) -> None:
    """What is said, saved, sent or started otherwise is told, after the move that it follows."""
    change, what = SEEN[name]
    old, new = (export(tmp_path, each, file, spec_version="13.6.1")
                for each, file in ((nodes(), "old.json"), (changed(change), "new.json")))  # fmt: skip
    assert what in {each.what for each in found(old, new)}


def test_branches(tmp_path: Path) -> None:
    """A branch that is new, or gone, is told in the words that lead there."""
    cases = [("has_number_gte", ["18"], "Adult"), ("has_any_word", ["old"], "Old")]
    more = split("q", cases, {"Adult": "bye", "Old": "bye", "Child": "no"}, result="Age")
    old = export(tmp_path, nodes(), "old.json")
    new = export(tmp_path, [nodes()[0], more, *nodes()[2:]], "new.json")
    assert "Old" in {each.words for each in found(old, new)}
    assert "Old" in {each.words for each in found(new, old)}


CALL = {"uuid": uuid("call"), "type": "call_webhook", "method": "GET", "url": "https://a.example.org/"}
ASKED: dict[str, tuple[list[tuple[str, list[str], str]], list[tuple[str, list[str], str]], str]] = {
    "word added": ([("has_any_word", ["yes"], "A")], [("has_any_word", ["yes ndio"], "A")], "Ndio"),
    "word removed": ([("has_any_word", ["yes y"], "A")], [("has_any_word", ["yes"], "A")], "Y"),
    "another test": ([("has_any_word", ["yes y"], "A")], [("has_phrase", ["yes"], "A")], "Y"),
    "another pattern": ([("has_pattern", ["^(stop)$"], "A")], [("has_pattern", ["^(stop|end)$"], "A")], "end"),
    "a wider range": ([("has_number_between", ["1", "5"], "A")], [("has_number_between", ["1", "6"], "A")], "6"),
}


def test_the_order_of_cases(tmp_path: Path) -> None:
    """Cases that changed places are seen in an answer that both would take, once whatever its letters."""
    cases = [("has_any_word", ["good"], "Good"), ("has_any_word", ["bad"], "Bad")]
    paths = []
    for number, each in enumerate((cases, list(reversed(cases)))):
        node = split("q", each, {"Good": None, "Bad": None, "Other": None}, result="Answer")
        paths.append(export(tmp_path, [node], f"{number}.json"))
    told = found(*paths)
    assert {(each.old, each.new) for each in told} <= {("Good (Good)", "Bad (Bad)"), ("good (Good)", "bad (Bad)")}
    assert len(told) == 1
    assert told[0].words.casefold() in {"good bad", "bad good"}


@pytest.mark.parametrize("name", ASKED)
def test_what_two_versions_of_a_router_take(tmp_path: Path, name: str) -> None:
    """What only one of two versions of a case takes is said to both, although a search needs no more than one word."""
    *versions, words = ASKED[name]
    paths = [
        export(
            tmp_path, [split("q", cases, {"A": "a", "Other": "o"}), say("a", "A"), say("o", "Other")], f"{number}.json"
        )
        for number, cases in enumerate(versions)
    ]
    assert words in {each.words for each in found(*paths)}


def test_what_two_versions_of_a_field_take(tmp_path: Path) -> None:
    """A router that looks at a field is shown what only one of its versions takes."""
    paths = []
    for words in ("yes", "yes ndio"):
        split_ = split(
            "s", [("has_any_word", [words], "A")], {"A": "a", "Other": "o"}, operand="@fields.consent", waits=False
        )
        path = export(tmp_path, [split_, say("a", "A"), say("o", "Other")], f"{len(words)}.json")
        fields = [{"key": "consent", "name": "Consent", "type": "text"}]
        path.write_text(json.dumps({**json.loads(path.read_text()), "fields": fields}))
        paths.append(path)
    assert "(nothing is asked) [consent Ndio]" in {each.words for each in found(*paths)}


def test_headers_without_their_secrets(tmp_path: Path) -> None:
    """Another header of a web request is a difference; of one that may be a secret the value is not shown."""
    old, new = (
        export(tmp_path, [act("c", [{**CALL, "headers": {"Authorization": key}}])], f"{key}.json")
        for key in ("one", "two")
    )
    (only,) = found(old, new)
    assert only.what == "the web request"
    assert "Authorization: … (" in only.new
    assert "two" not in only.new


def test_one_of_several_requests(tmp_path: Path) -> None:
    """Of what happens at one time only what differs is told."""
    paths = []
    for url in ("https://b.example.org/1", "https://b.example.org/2"):
        calls = [{**CALL, "uuid": uuid(f"{place}"), "url": each}
                 for place, each in enumerate((CALL["url"], url, CALL["url"]))]  # fmt: skip
        paths.append(export(tmp_path, [act("c", calls)], f"{url[-1]}.json"))
    (only,) = found(*paths)
    assert (only.old, only.new) == ("GET https://b.example.org/1", "GET https://b.example.org/2")


def test_calls(tmp_path: Path) -> None:
    """Flows of calls are compared, too: what is heard after which keys."""
    paths = []
    for text in ("Press 1", "Press 2"):
        hears = {"uuid": uuid("says"), "type": "say_msg", "text": text}
        keys = split("q", [("has_any_word", ["1"], "One")], {"One": None, "Other": "v"})
        keys["router"]["wait"]["hint"] = {"type": "digits", "count": 1}
        paths.append(export(tmp_path, [act("v", [hears], "q"), keys], f"{text}.json", type="voice"))
    (only,) = found(*paths)
    assert (only.what, only.old, only.new) == ("answer", "“Press 1”", "“Press 2”")


def test_types(tmp_path: Path) -> None:
    """A flow of another type is another flow, whatever it says."""
    nodes_ = [say("hi", "Hello")]
    old, new = export(tmp_path, nodes_, "old.json"), export(tmp_path, nodes_, "new.json", type="messaging_background")
    assert ("its type", "messaging", "messaging_background") in {
        (each.what, each.old, each.new) for each in found(old, new)
    }


def started(folder: Path, name: str, **more: Any) -> Path:
    path = export(folder, [say("hi", "Hello")], name)
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))
    return path


def campaign(offset: int, **event: Any) -> dict[str, Any]:
    happens = {"uuid": uuid("event"), "offset": offset, "unit": "D", "delivery_hour": 8, "start_mode": "I",
               "relative_to": {"key": "created_on", "label": "Created"}, **event}  # fmt: skip
    return {"campaigns": [{"uuid": uuid("campaign"), "name": "Care", "group": GROUP, "events": [happens]}]}


REFERENCE = {"uuid": uuid("the flow"), "name": "Survey"}


def test_campaigns(tmp_path: Path) -> None:
    """When a campaign starts a flow, and what it says itself, is compared."""
    old, new = (started(tmp_path, f"{day}.json", **campaign(day, event_type="F", flow=REFERENCE)) for day in (1, 2))
    (only,) = found(old, new)
    assert (only.what, only.new) == ("what starts it", "campaign Care, 2 days after created_on at 8:00, for Mothers")
    old, new = (
        started(tmp_path, f"{text}.json", **campaign(1, event_type="M", message={"eng": text}, base_language="eng"))
        for text in ("Hi", "Hello")
    )
    (only,) = found(old, new)
    assert (only.flow, only.old, only.new) == ("campaign Care", "eng “Hi”", "eng “Hello”")


def test_whom_a_keyword_is_for(tmp_path: Path) -> None:
    """A keyword that has to stand alone now, or is for a group, is a difference."""
    trigger = {"trigger_type": "K", "keywords": ["join"], "flow": REFERENCE, "groups": [], "channel": None}
    old = started(tmp_path, "old.json", triggers=[trigger])
    for change, told in (
        ({"match_type": "O"}, "keyword join, alone"),
        ({"groups": [GROUP]}, "keyword join, for Mothers"),
    ):
        (only,) = found(old, started(tmp_path, "new.json", triggers=[{**trigger, **change}]))
        assert (only.what, only.new) == ("what starts it", told)


def test_waits(tmp_path: Path) -> None:
    """How long silence is borne is told: by a wait that has a timeout, and by the run."""
    short, long = (export(tmp_path, [split("q", [], {"All Responses": None}, timeout=seconds)], f"{seconds}.json")
                   for seconds in (600, 900))  # fmt: skip
    (only,) = found(short, long)
    assert (only.what, only.old, only.new) == ("the silence of move 1", "10 minutes", "15 minutes")
    day, hour = (export(tmp_path, nodes(), f"{minutes}.json", expire_after_minutes=minutes) for minutes in (1440, 60))
    assert ("1 day", "1 hour") in {(each.old, each.new) for each in found(day, hour)}


def test_keywords(tmp_path: Path) -> None:
    """Another keyword is a difference, although the flow is the same."""
    paths = []
    for keyword in ("join", "start"):
        path = export(tmp_path, nodes(), f"{keyword}.json")
        reference = {"uuid": uuid("the flow"), "name": "Survey"}
        trigger = {"trigger_type": "K", "keywords": [keyword], "flow": reference, "groups": [], "channel": None}
        path.write_text(json.dumps({**json.loads(path.read_text()), "triggers": [trigger]}))
        paths.append(path)
    (only,) = found(*paths)
    assert (only.what, only.old, only.new) == ("what starts it", "keyword join", "keyword start")


def test_other_orders(tmp_path: Path) -> None:
    """Nodes in another order, and cases none of which takes from the other, are no difference."""
    cases = [("has_number_gte", ["18"], "Adult"), ("has_only_text", ["child"], "Child")]
    ways = {"Adult": "bye", "Child": "no", "Other": "no"}
    first, last = (split("q", each, ways, result="Age") for each in (cases, cases[::-1]))
    old = [nodes()[0], first, *nodes()[2:]]
    new = [nodes()[0], *nodes()[:1:-1], last]
    assert found(export(tmp_path, old, "old.json"), export(tmp_path, new, "new.json")) == []


@pytest.mark.parametrize("name", ["pregnancy-report.json", "cht-incoming-message.json", "visit-reminder.json"])
def test_migrated(tmp_path: Path, name: str) -> None:
    """A flow that was migrated does what it did."""
    document = read_file(Path(name))
    paths = []
    for version, flows in (("old", document["flows"]), ("new", [migrate(flow) for flow in document["flows"]])):
        paths.append(tmp_path / f"{version}.json")
        paths[-1].write_text(json.dumps({**document, "flows": flows}))
    assert paths[0].read_text() != paths[1].read_text()
    assert found(*paths) == []
