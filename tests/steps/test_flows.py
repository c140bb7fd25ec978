"""Sentences about flows and phones say so when they are not true, and which things there are when one is not there."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rapidpro_simulator.steps import flows, phones, runs
from rapidpro_simulator.steps.files import Folders

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.expectations import ExpectationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIXTURES = Path(__file__).parents[2] / "fixtures" / "flows"
GRACE = "+265991234567"
JOYCE = "+265997654321"
NOBODY = "+265990000000"
ANYONE: dict[str, None] = {"phone": None, "flow": None}
Sentence = Any


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    """A workspace whose registration Grace has gone through up to the number of her children."""
    with Simulation(seed=3) as simulation:
        workspace = simulation.rapidpro("textit.com").workspace("Main")
        workspace.import_flows(json.loads((FIXTURES / "registration.json").read_text(encoding="utf-8")))
        workspace.contacts.get_or_create(f"tel:{JOYCE}")
        phones.has_texted(simulation, GRACE, '"JOIN", "English", "Grace Banda", "many"')
        yield simulation


TRUE: dict[str, Sentence] = {
    "an answer": partial(phones.answers, text="Please answer with a number, such as 2."),
    "all answers": partial(phones.answers_all, datatable=[["Please answer with a number, such as 2."]]),
    "a message": partial(phones.has_got, sender=GRACE, text="What is your name?", times=None),
    "messages": partial(phones.has_got_messages, sender=GRACE, bound="at least ", amount="4"),
    "no member": partial(phones.is_in_group, phone=JOYCE, negation="not ", group="Mothers"),
    "no messages": partial(phones.has_got_messages, sender=JOYCE, bound="", amount="no"),
    "a contact": partial(phones.contacts_are, datatable=[["phone", "name"], [GRACE, "Grace Banda"]]),
    "a run": partial(runs.run_is, **ANYONE, status="waiting"),
    "a run of a phone": partial(runs.run_is, phone=GRACE, flow="registration", status="waiting"),
    "a result": partial(runs.run_has_result, **ANYONE, key="Language", value="English", category="English"),
    "runs": partial(runs.flow_has_runs, flow="Registration", bound="", amount="1", status="waiting"),
    "webhook calls": partial(runs.webhook_calls, bound="", amount="no", status=None),
    "an incident": partial(runs.has_incident, whether="no"),
}


@pytest.mark.parametrize("sentence", TRUE.values(), ids=TRUE.keys())
def test_true(simulation: Simulation, sentence: Callable[[Simulation], None]) -> None:
    """What is so passes."""
    sentence(simulation)


def folders_in(folder: Path = Path(__file__).parent) -> Folders:
    """Return where a sentence looks for files: beside the feature, and where pytest was started."""
    return Folders(folder / "features", folder / "started")


UNTRUE: list[tuple[Sentence, str]] = [
    (partial(phones.answers, text="Thank you."), r"expected the answer 'Thank you.'; there are \['Please answer"),
    (partial(phones.answers_all, datatable=[["One"], ["Two"]]), r"expected the answers \['One', 'Two'\]; there are"),
    (partial(phones.no_answer), r"expected no answer; there are \['Please"),
    (partial(phones.offers, replies='"Yes", "No"'), r"expected the quick replies \['Yes', 'No'\]; there are \[\]"),
    (
        partial(phones.has_got, sender=GRACE, text="What is your name?", times="2"),
        "expected 2 times 'What is your name",
    ),
    (partial(phones.has_got, sender=NOBODY, text="Hello", times=None), r"expected 1 time 'Hello'; there are \[\]"),
    (partial(phones.has_got_messages, sender=GRACE, bound="at most ", amount="3"), "expected at most 3 messages"),
    (
        partial(phones.contacts_are, datatable=[["phone", "children"], [GRACE, "2"], [NOBODY, "1"]]),
        r"they are \[{'phone': '\+265991234567', 'children': ''}, {'phone': '', 'children': ''}\]",
    ),
    (
        partial(phones.is_in_group, phone=JOYCE, negation="", group="Mothers"),
        r"expected \+265997654321 in the group 'Mothers'; the groups are",
    ),
    (partial(runs.run_is, **ANYONE, status="completed"), "expected a run that is completed; it is waiting"),
    (
        partial(runs.run_is, phone=NOBODY, flow="Registration", status="waiting"),
        r"expected a run of \+265990000000 in 'Registration'; the runs are of \['Registration'\]",
    ),
    (
        partial(runs.run_has_result, **ANYONE, key="Children", value="2", category=None),
        r"expected the result 'Children': '2'; there are .*'Children': \('many', 'Other'\)",
    ),
    (
        partial(runs.run_has_result, **ANYONE, key="Language", value="English", category="Other"),
        "expected the result 'Language': 'English' in 'Other'",
    ),
    (
        partial(runs.flow_has_runs, flow="Registration", bound="", amount="1", status="completed"),
        r"expected 1 completed run of 'Registration'; they are \['waiting'\]",
    ),
    (
        partial(flows.flows_refused, folders_in(), file="visit-reminder.json", text="unknown type"),
        "expected a refusal with 'unknown type'; they were imported",
    ),
    (
        partial(flows.flows_refused, folders_in(), file="glific-menu.json", text="unknown kind"),
        "expected a refusal with 'unknown kind'; it is the export cannot be read",
    ),
    (partial(runs.webhook_calls, bound="", amount="2", status="200"), r"expected 2 webhook calls; they were .* \[\]"),
    (partial(runs.has_incident, whether="an"), "expected an incident about webhooks; there were none"),
]


@pytest.mark.parametrize(("sentence", "complaint"), UNTRUE)
def test_untrue(simulation: Simulation, sentence: Callable[[Simulation], None], complaint: str) -> None:
    """What is not so fails, and says what is so instead."""
    with pytest.raises(ExpectationError, match=complaint):
        sentence(simulation)


IMPOSSIBLE: list[tuple[Sentence, str]] = [
    (
        partial(runs.run_is, phone=None, flow="Farewell", status="waiting"),
        "no flow is called 'Farewell'; there are: Reg",
    ),
    (
        partial(flows.trigger_starts, keyword="BYE", event=None, flow="Farewell", group=None),
        "no flow is called 'Farewell'",
    ),
    (partial(phones.texts, sender=GRACE, text="Hi", name="Other"), "no workspace is called 'Other'; there are: Main"),
    (
        partial(
            flows.campaign_event,
            **dict.fromkeys(("hour", "flow", "text")),
            offset="1",
            unit="day",
            side="after",
            key="due_on",
            group="Fathers",
        ),
        "no group is called 'Fathers'; .*say first who is in it",
    ),
    (
        partial(
            flows.campaign_event,
            **dict.fromkeys(("hour", "flow", "text")),
            offset="1",
            unit="day",
            side="after",
            key="joined_no",
            group="Mothers",
        ),
        "no field is called 'joined_no'; did you mean 'joined_on'",
    ),
    (
        partial(runs.flow_started, flow="Registration", phones=None, group="Fathers"),
        "no group is called 'Fathers'; did you mean 'Mothers'",
    ),
]


@pytest.mark.parametrize(("sentence", "complaint"), IMPOSSIBLE)
def test_impossible(simulation: Simulation, sentence: Callable[[Simulation], None], complaint: str) -> None:
    """What cannot be asked at all says what is there."""
    with pytest.raises((AssertionError, LookupError, ValueError), match=complaint):
        sentence(simulation)


def test_nobody_has_texted() -> None:
    """There is no answer before somebody has asked."""
    with Simulation() as simulation:
        simulation.rapidpro("textit.com").workspace("Main")
        with pytest.raises(AssertionError, match="nobody has texted yet"):
            phones.answers(simulation, "Hello")


def test_several_workspaces() -> None:
    """Where there are several workspaces, a sentence has to name one."""
    with Simulation() as simulation:
        for name in ("Old", "New"):
            simulation.rapidpro("textit.com").workspace(name)
        with pytest.raises(LookupError, match="there are: Old, New"):
            phones.texts(simulation, GRACE, "Hi", None)
        phones.texts(simulation, GRACE, "Hi", "New")
        phones.no_answer(simulation)


@pytest.mark.parametrize("place", ["features/ours.json", "started/ours.json"])
def test_where_exports_are(tmp_path: Path, place: str) -> None:
    """An export stands beside the feature, or where pytest was started."""
    path = tmp_path / place
    path.parent.mkdir()
    path.write_text((FIXTURES / "visit-reminder.json").read_text(encoding="utf-8"), encoding="utf-8")
    with Simulation() as simulation:
        workspace = simulation.rapidpro("textit.com").workspace("Main")
        flows.flows_of(folders_in(tmp_path), simulation, "ours.json", None, None)
        assert [flow.name for flow in workspace.flows] == ["Visit reminder"]


def test_no_export(tmp_path: Path) -> None:
    """Where there is no such file, the sentence says where it has looked."""
    with Simulation() as simulation:
        simulation.rapidpro("textit.com").workspace("Main")
        with pytest.raises(LookupError, match=r"there is no theirs.json in .*features or .*started"):
            flows.flows_of(folders_in(tmp_path), simulation, "theirs.json", None, None)
