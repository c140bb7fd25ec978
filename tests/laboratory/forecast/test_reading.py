"""The file of an incident: what it may say, and how it says what is wrong."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress
from datetime import timedelta
from math import nan
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapidpro_simulator.laboratory.forecast.assumptions import assumptions
from rapidpro_simulator.laboratory.forecast.incident import AboutWorkspace, LongTail, OpenMessages
from rapidpro_simulator.laboratory.forecast.model.others import arrivals
from rapidpro_simulator.laboratory.forecast.reading import INCIDENT, incident_of, read_incident
from rapidpro_simulator.rapidpro.generations.rates import Rate
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.toml_reader import Tables, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.laboratory.forecast.incident import Incident
    from rapidpro_simulator.world.toml_reader import Check


def read(folder: Path, text: str) -> Incident:
    path = folder / "incident.toml"
    path.write_text(text, encoding="utf-8")
    return read_incident(path)


def test_an_empty_file_is_an_incident(tmp_path: Path) -> None:
    """Whatever is not said is usual, and the only remedy is to wait."""
    incident = read(tmp_path, "")

    assert incident.open_count == 0
    assert [each.name for each in incident.remedy] == ["wait"]


def test_everything_can_be_said(tmp_path: Path) -> None:
    """Rates, open messages, consumers, work, the carrier and remedies are read into what they stand for."""
    incident = read(
        tmp_path,
        """
        start = 2026-11-27T08:00:00+02:00
        days = 2
        [rapidpro]
        generation = "textit-2026"
        rate_profile = "shared-2500"
        rates = { v2 = "5000/hour" }
        [[open]]
        state = "sent"
        count = 12
        [[consumer]]
        name = "dashboard"
        asks = ["runs"]
        [[work]]
        per_day = 24
        [carrier]
        outcomes = { delivered = 0.9, sent = 0.1 }
        delays = { delivered = [1, 60], sent = 3, wired = { median = 1, p95 = 9 } }
        [[remedy]]
        name = "failed"
        set_state = "failed"
        """,
    )

    assert incident.rapidpro.all_rates["v2"] == Rate(5000)
    assert incident.open == (OpenMessages("sent", 12),)
    assert incident.consumer[0].asks == ("runs",)
    assert incident.work[0].rate(incident.start) == 1
    assert incident.carrier.delays == {"delivered": (1, 60), "sent": (3, 3), "wired": LongTail(1, 9)}
    assert incident.remedy[0].set_state == "failed"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dayz = 3", "there is no key 'dayz'"),
        ("days = 0", "days: 0 is not a number of days"),
        ("days = nan", "days: nan is not a number of days"),
        ('days = "3"', "days: '3' is not a number of days"),
        ("seeds = 0", "seeds: 0 is not a whole number from 1 to 99"),
        ("start = 2026-11-27", "start: 2026-11-27 is not a date and time, such as 2026-11-27T08:00"),
        (
            'timezone = "Africa/Nairoby"',
            "'Africa/Nairoby' is no time zone: write an IANA name, such as Africa/Nairobi;",
        ),
        ('timezone = "+03:00"', "timezone: '+03:00' is no time zone"),
        (
            "interval_seconds = 30\ngateway = 'standalone'",
            "interval_seconds: these are the timers of CHT's own gateway",
        ),
        ("days 3", "is no TOML: Expected '=' after a key"),
        ('gateway = "cht"', "gateway: 'cht' is no gateway that a forecast knows"),
        ('gateway = "cht:9.9"', "gateway: no CHT release is called '9.9'"),
        ('[rapidpro]\ngeneration = "v6"', "rapidpro, generation: no RapidPro generation is called 'v6'"),
        ('[rapidpro]\nrates = { v2 = "many" }', "rapidpro, rates: 'many' is no rate"),
        ("[rapidpro]\nrates = { v2 = 100 }", "rapidpro, rates: {'v2': 100} are no rates by scope: write them like"),
        ('[rapidpro]\nrates = { v2 = "9/week" }', "rapidpro, rates: '9/week' is no rate: write a number and a period"),
        (
            '[rapidpro]\nrates = { messages = "9/hour" }',
            "rapidpro, rates: the profile community has no scope 'messages', only: v2, v2.contacts, v2.messages",
        ),
        ('[rapidpro]\nworkspace = "none.json"', "none.json cannot be read: No such file or directory"),
        ('[rapidpro]\nworkspace = "incident.toml"', "is no JSON; save the answer to GET /api/v2/workspace.json"),
        ('[[open]]\nstate = "sent"\ncount = -3', "open 1, count: -3 is not a whole number from 1 to 1,000,000"),
        ('[[open]]\nstate = "sent"\ncount = 2.5', "open 1, count: 2.5 is not a whole number"),
        ('gateway = "standalon"', "or standalone; did you mean 'standalone'?"),
        ('rapidpro = { generation = "textit2026" }', "textit-2026, v7, v8; did you mean 'textit-2026'?"),
        ('rapidpro = { rate_profile = "shared2500" }', "did you mean 'shared-2500'?"),
        ('rapidpro = { rates = { "v2.message" = "9/hour" } }', "did you mean 'v2.messages'?"),
        ('[carrier]\noutcomes = "deliverd"', "did you mean 'delivered'?"),
        ('[[open]]\nstate = "sent"\nage_days = inf', "open 1, age_days: inf is not a number of days"),
        ('[[open]]\nstate = "sent"\nanswer = "lost"', "open 1, answer: 'lost' is none of: nothing, queued"),
        ('[[open]]\nstate = "snt"', "did you mean 'sent'?"),
        ('[[open]]\nstate = "delivered"', "open 1, state: 'delivered' is none of: scheduled"),
        ("[[open]]\ncount = 3", "open 1: the key 'state' is missing"),
        ('[[consumer]]\nname = "x"\nevery_minutes = 0', "consumer 1, every_minutes: 0 is not a number of minutes"),
        ('[[consumer]]\nname = "x"\nasks = ["mesages"]', "consumer 1, asks: 'mesages' is none of: "),
        ('[[consumer]]\nname = "x"\nasks = []', "consumer 1, asks: an empty array says nothing"),
        ('[[consumer]]\nname = "CHT asks"', "consumer 1, name: 'CHT asks' is what a gateway is called here"),
        ('[[consumer]]\nname = "x"\n[[consumer]]\nname = "x"', "two consumers are called 'x'"),
        ("[[work]]\nper_day = 1\nhours = [1]", "work 1, hours: these are 24 weights"),
        ('[carrier]\noutcomes = "great"', "carrier, outcomes: a carrier cannot do 'great'"),
        ("[carrier.delays]\nlost = 3", "carrier, delays: a carrier cannot report 'lost'"),
        ('[[remedy]]\nname = "a\\nb"', "remedy 1, name: 'a\\nb' is no name"),
        ("start = 9999-12-31T23:00:00", "start: "),
        ("start = 0001-01-01T00:00:00\ntimezone = 'Asia/Tokyo'", "start: "),
        ("[carrier.delays]\nsent = { median = 3 }", "is no long tail of seconds: write it like { median = 20, p95"),
        (
            "[carrier.delays]\nsent = { median = 0, p95 = 9 }",
            "carrier, delays: 0 is not a number of seconds above zero",
        ),
        ("[carrier.delays]\nsent = { median = 9, p95 = 3 }", "the median of 9 s is above the 95 % of 3 s"),
        ('[carrier.delays]\ndelivered = "never"', "carrier, delays: 'never' is a matter of outcomes"),
        (
            "[carrier.delays]\nfailed = 3",
            "carrier, delays: nothing is ever 'failed' where the outcomes of messages are",
        ),
        ('gateway = "cht:5.2"\n[[remedy]]\nname = "a"\ngateway = "cht:5.2"', "gateway: the gateway is cht:5.2 already"),
        ("[latency]\nrapidpro = [3, 1]", "latency, rapidpro: [3, 1] are not seconds"),
        ('[[remedy]]\nname = "a"\n[[remedy]]\nname = "a"', "two remedies are called 'a'"),
        ('days = 1\n[[remedy]]\nname = "a"\nafter_hours = 24', "'a' comes after 24 hours, when the forecast is over"),
        ("remedy = []", "remedy: there is none; leave the key out"),
        (
            '[[remedy]]\nname = "a"\nafter_minutes = 5',
            "there is no key 'after_minutes' here; possible are: name, after_hours",
        ),
        ('[[remedy]]\nname = "a"\nof_states = ["sent"]', "remedy 1, of_states: these states are set to nothing"),
        ('[[remedy]]\nname = "a"\nconsumer_minutes = 9', "remedy 1, consumer_minutes: there is no [[consumer]]"),
        (
            '[[remedy]]\nname = "a"\ninherited = { sent = "ask" }',
            "remedy 1, inherited: this is what the standalone gateway",
        ),
        (
            '[[remedy]]\nname = "a"\ngateway = "standalone"\ninherited = { sent = "send" }',
            "remedy 1, inherited, sent: 'send' is none of: leave, ask, fail",
        ),
        (
            '[[remedy]]\nname = "a"\ngateway = "standalone"\ninterval_seconds = 9',
            "and after this remedy it is not used",
        ),
        ('gateway = "standalone"\n[[remedy]]\nname = "a"\ngateway = "standalone"', "the gateway is standalone already"),
        ('gateway = "cht:5.1"\n[[remedy]]\nname = "a"\ngateway = "cht:4.2"', "cht:5.1 cannot go back to cht:4.2"),
        (
            '[[remedy]]\nname = "a"\nrates = { v3 = "1/hour" }',
            "remedy 1, rates: the profile community has no scope 'v3'",
        ),
        ('[[remedy]]\nname = "a"\nset_state = "faild"', "remedy 1, set_state: 'faild' is none of"),
        ('[[documents]]\nfile = "none.json"', "none.json cannot be read"),
    ],
)
def test_an_error_names_the_key(tmp_path: Path, text: str, complaint: str) -> None:
    """Whoever writes the file learns where it is wrong, and what could stand there."""
    with pytest.raises(UsageError) as raised:
        read(tmp_path, text)

    assert complaint in str(raised.value)


def test_a_workspace_tells_its_time_zone(tmp_path: Path) -> None:
    """Its API's answer names it, and a start without a zone is by its clock; a zone of the file goes before it."""
    answer = {"uuid": "6a44ca78", "name": "Kisumu", "timezone": "Africa/Nairobi", "credits": {"used": -1}}
    (tmp_path / "workspace.json").write_text(json.dumps(answer), encoding="utf-8")
    text = '[rapidpro]\nworkspace = "workspace.json"'

    incident = read(tmp_path, f"start = 2026-11-27T08:00:00\n{text}")
    other = read(tmp_path, f'start = 2026-11-27T08:00:00\ntimezone = "Africa/Blantyre"\n{text}')

    assert incident.rapidpro.workspace == AboutWorkspace("Kisumu", "Africa/Nairobi")
    assert incident.start.utcoffset() == timedelta(hours=3)
    assert pickle.loads(pickle.dumps(incident)) == incident  # as other processes get it
    assert other.start.utcoffset() == timedelta(hours=2)


def test_hours_are_those_of_the_place(tmp_path: Path) -> None:
    """Weights of hours and weekdays are by the deployment's clock, also on the day on which it is put back."""
    hours = ",".join("1" if hour == 8 else "0" for hour in range(24))
    incident = read(
        tmp_path,
        'start = 2026-10-24T00:00:00\ntimezone = "Europe/Berlin"\ndays = 3\n'
        f"[[work]]\nper_day = 5000\nhours = [{hours}]",
    )
    found = {incident.moment(time).strftime("%a %H") for time in arrivals(incident, Random(1))}

    assert found == {"Sat 08", "Sun 08", "Mon 08"}
    assert incident.moment(3 * 86_400).hour == 23  # a day of 25 hours was among them


def test_hours_are_those_of_the_clock_wherever_it_is(tmp_path: Path) -> None:
    """A start in the middle of an hour, in a zone that is no whole hours away, moves no work into other hours."""
    hours = ",".join("1" if hour == 8 else "0" for hour in range(24))
    start = 'start = 2026-03-02T07:30:00\ntimezone = "Asia/Kathmandu"\ndays = 1\n'
    incident = read(tmp_path, f"{start}[[work]]\nper_day = 5000\nhours = [{hours}]")
    times = arrivals(incident, Random(1))

    assert {incident.moment(time).hour for time in times} == {8}
    assert 4700 < len(times) < 5300


TASKS = [
    {"state": "sent", "gateway_ref": 7, "messages": [{}, {}], "due": "2026-11-26T08:00:00Z"},
    {"state": "sent", "messages": [{}], "due": "2026-11-26T08:00:00Z"},
    {"state": "delivered", "gateway_ref": 8, "messages": [{}]},
    {"state": "muted", "messages": [{}]},
    {"state": "unrecognised", "messages": [{}]},
]
SCHEDULED = [
    {"state": "scheduled", "due": "2026-11-27T10:00:00+02:00"},
    {"state": "scheduled", "due": "2026-11-28T08:00:00Z"},
    {"state": "scheduled", "due": "2026-10-28T08:00:00Z"},
    {"state": "scheduled", "due": "2027-10-28T08:00:00Z"},
    {"state": "pending", "due": "soon"},
    {"state": "pending", "due": "2027-10-28T08:00:00Z", "messages": [{}]},
]
DOCUMENTS: list[dict[str, Any]] = [
    {"_id": "a", "reported_date": 1_000, "tasks": TASKS},
    {"_id": "b", "reported_date": 1_795_766_400_000, "scheduled_tasks": SCHEDULED},
    {"_id": "c", "type": "task", "state": "Ready"},
]
ALL_DOCS = {"total_rows": 3, "rows": [{"id": each["_id"], "key": each["_id"], "doc": each} for each in DOCUMENTS]}
DUMPS = {
    "docs.json": json.dumps(ALL_DOCS),
    "array.json": json.dumps(DOCUMENTS),
    "docs.jsonl": "\n".join(json.dumps(document) for document in DOCUMENTS),
}


@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_tells_what_is_open(tmp_path: Path, name: str) -> None:
    """What has ended is left out, and what nothing becomes of is counted; times are the tasks' own.

    What is pending is sent now, even if it was due later.
    """
    (tmp_path / name).write_text(DUMPS[name], encoding="utf-8")

    incident = read(tmp_path, f'start = 2026-11-27T08:00:00Z\n[[documents]]\nfile = "{name}"\nanswer = "sent"')

    assert incident.open == (
        OpenMessages("sent", 2, answer="sent", due=-86_400.0),
        OpenMessages("sent", 1, answer="sent", due=-86_400.0, reference=False),
        OpenMessages("scheduled", 1, answer="sent", due=0.0),
        OpenMessages("scheduled", 1, answer="sent", due=86_400.0),
        OpenMessages("pending", 1, answer="sent", due=0.0),
    )
    assert incident.open_count == 5
    (dump,) = incident.dumps
    assert (dump.file, dump.documents, dump.open, dump.to_come) == (name, 3, 5, 1)
    assert sorted(dump.left_out.values()) == [1, 1, 1, 1, 1]


def test_what_a_remedy_changes_is_not_left_out(tmp_path: Path) -> None:
    """Muted messages of a dump are open where a remedy gives them another state."""
    (tmp_path / "docs.json").write_text(DUMPS["docs.json"], encoding="utf-8")
    remedy = '[[remedy]]\nname = "unmute"\nset_state = "pending"\nof_states = ["muted"]\n'

    incident = read(tmp_path, f'start = 2026-11-27T08:00:00Z\n[[documents]]\nfile = "docs.json"\n{remedy}')

    assert "muted" in [each.state for each in incident.open]
    (dump,) = incident.dumps
    assert [each for each in dump.left_out if each.startswith("muted")] == []


def test_a_dump_may_be_csv(tmp_path: Path) -> None:
    """Cells that are JSON hold the tasks; dates without a zone are by the clock of the place."""
    tasks = json.dumps([{"state": "pending", "due": "2026-11-27T07:00", "messages": [{}]}]).replace('"', '""')
    (tmp_path / "docs.csv").write_text(f'_id,reported_date,tasks\na,1795766400000,"{tasks}"\n', encoding="utf-8")

    incident = read(
        tmp_path, 'start = 2026-11-27T08:00:00\ntimezone = "Africa/Blantyre"\n[[documents]]\nfile="docs.csv"'
    )

    assert incident.open == (OpenMessages("pending", 1, due=-3600.0),)


@pytest.mark.parametrize(
    ("dump", "complaint"),
    [
        ("", "docs.json has no documents; ask CouchDB for `_all_docs?include_docs=true`"),
        ('{"rows": []}', "docs.json has no documents"),
        ('{"_id": "a"}\n{"_id": ', "nor has it JSON in line 2"),
        ('[{"_id": "a", "tasks": [{"state": "snt"}]}]', "document 'a': the state 'snt' is none of: scheduled, pending"),
        ('[{"_id": "a", "tasks": [{"messages": []}]}]', "document 'a': the state None is none of"),
        (
            '[{"_id": "a", "tasks": {"state": "sent"}}]',
            "document 'a': tasks is {'state': 'sent'}, and is an array in CHT",
        ),
        ('[{"_id": "a", "tasks": ["sent"]}]', "document 'a': tasks has 'sent', which is no task"),
        ('[{"_id": "a", "tasks": [{"state": "sent", "messages": 3}]}]', "messages is 3, and is an array in CHT"),
        ("[3]", "document 1 of"),
        (
            '[{"_id": "a", "state": "sent"}]',
            "has no messages; CHT has them in the properties tasks and scheduled_tasks",
        ),
        ('{"rows": [{"id": "a", "key": "a", "value": {"rev": "1-x"}}]}', "ask CouchDB for `_all_docs?include_docs"),
        ("[" * 100_000, "docs.json cannot be read: it is nested too deep"),
    ],
)
def test_a_dump_that_is_none_is_refused(tmp_path: Path, dump: str, complaint: str) -> None:
    """The error names the file, and the line or the document that it is about."""
    (tmp_path / "docs.json").write_text(dump, encoding="utf-8")

    with pytest.raises(UsageError) as raised:
        read(tmp_path, '[[documents]]\nfile = "docs.json"')

    assert complaint in str(raised.value)
    assert f"{tmp_path}/incident.toml, documents 1, file: " in str(raised.value)


DATES: st.SearchStrategy[Any] = st.sampled_from(
    ["2026-11-26T08:00:00Z", "soon", 1_795_766_400_000, -(10**20), None, [], {}, True, nan]
)
TASK = st.fixed_dictionaries(
    {"state": st.sampled_from(["sent", "scheduled", "pending", "muted", "delivered"])},
    optional={"due": DATES, "timestamp": DATES, "messages": st.lists(st.none(), max_size=3), "gateway_ref": DATES},
)
DOCUMENT = st.fixed_dictionaries(
    {"_id": st.text(max_size=3)},
    optional={"tasks": st.one_of(st.lists(TASK, max_size=3), DATES), "scheduled_tasks": st.lists(TASK), "type": DATES}
    | {"reported_date": DATES},
)


@given(st.lists(st.one_of(DOCUMENT, DATES), max_size=4), st.sampled_from(["rows", "docs", "lines", "array"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_dump_has_is_read_or_refused(tmp_path: Path, documents: list[Any], shape: str) -> None:
    """Dates, tasks and documents that are none are counted, or named in an error of one line."""
    wrapped = {
        "rows": lambda: json.dumps({"rows": [{"id": "a", "doc": each} for each in documents]}),
        "docs": lambda: json.dumps({"docs": documents}),
        "lines": lambda: "\n".join(map(json.dumps, documents)),
        "array": lambda: json.dumps(documents),
    }
    (tmp_path / "docs.json").write_text(wrapped[shape](), encoding="utf-8")

    problem = ""
    try:
        incident = read(tmp_path, '[[documents]]\nfile = "docs.json"')
        (dump,) = incident.dumps
        assert dump.open + dump.to_come == sum(each.count for each in incident.open)
    except UsageError as error:
        problem = str(error)

    assert not problem or "documents 1, file: " in problem
    assert "\n" not in problem


WORDS = st.sampled_from(["", "sent", "cht:5.2", "standalone", "v2", "100/hour", "UTC", "docs.json", "\u0000", "é"])
VALUES = st.recursive(
    st.one_of(WORDS, st.integers(-5, 10**9), st.floats(), st.booleans(), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=5,
)


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """No value of any key is an error of the simulator's own."""
    keys = data.draw(st.lists(st.sampled_from(list(INCIDENT)), min_size=1, max_size=3, unique=True))
    table = {key: data.draw(_value_of(INCIDENT[key])) for key in keys}

    with suppress(UsageError):
        path = tmp_path / "incident.toml"
        list(assumptions(incident_of(path, read_table(table, INCIDENT, str(path), tmp_path))))


def _value_of(check: Check) -> st.SearchStrategy[Any]:
    """Return anything, or, for a table, one with some of its keys."""
    inner = getattr(check, "_checks", None)
    if inner is None:
        return VALUES
    keys = {key: _value_of(each) for key, each in inner.items()}
    one = st.fixed_dictionaries({}, optional=keys)
    return st.one_of(VALUES, st.lists(one, max_size=2) if isinstance(check, Tables) else one)
