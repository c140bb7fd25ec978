"""The file of an incident: what it may say, and how it says what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.forecast.incident import OpenMessages
from rapidpro_simulator.laboratory.forecast.reading import read_incident
from rapidpro_simulator.rapidpro.generations.rates import Rate
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.laboratory.forecast.incident import Incident


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
        delays = { delivered = [1, 60], sent = 3 }
        [[remedy]]
        name = "failed"
        set_state = "failed"
        """,
    )

    assert incident.rapidpro.all_rates["v2"] == Rate(5000)
    assert incident.open == (OpenMessages("sent", 12),)
    assert incident.consumer[0].asks == ("runs",)
    assert incident.work[0].rate(incident.start) == 1
    assert incident.carrier.delays == {"delivered": (1, 60), "sent": (3, 3)}
    assert incident.remedy[0].set_state == "failed"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dayz = 3", "there is no key 'dayz'"),
        ("days = 0", "days: 0 is not a number of days"),
        ('gateway = "cht"', "gateway: 'cht' is no gateway that a forecast knows"),
        ('gateway = "cht:9.9"', "gateway: no CHT release is called '9.9'"),
        ('[rapidpro]\ngeneration = "v6"', "rapidpro, generation: no RapidPro generation is called 'v6'"),
        ('[rapidpro]\nrates = { v2 = "many" }', "rapidpro, rates: 'many' is no rate"),
        ('[[open]]\nstate = "delivered"', "open 1, state: 'delivered' is none of: scheduled"),
        ("[[open]]\ncount = 3", "open 1: the key 'state' is missing"),
        ('[[consumer]]\nname = "x"\nevery_minutes = 0', "consumer 1, every_minutes: 0 is not a number above zero"),
        ("[[work]]\nper_day = 1\nhours = [1]", "work 1, hours: these are 24 weights"),
        ('[carrier]\noutcomes = "great"', "carrier, outcomes: a carrier cannot do 'great'"),
        ("[carrier.delays]\nlost = 3", "carrier, delays: a carrier cannot report 'lost'"),
        ("[latency]\nrapidpro = [3, 1]", "latency, rapidpro: [3, 1] are not seconds"),
        ('[[remedy]]\nname = "a"\n[[remedy]]\nname = "a"', "two remedies are called 'a'"),
        ('days = 1\n[[remedy]]\nname = "a"\nafter_hours = 24', "'a' comes after 24 hours, when the forecast is over"),
        ('[[remedy]]\nname = "a"\nset_state = "faild"', "remedy 1, set_state: 'faild' is none of"),
        ('[[documents]]\nfile = "none.json"', "none.json cannot be read"),
    ],
)
def test_an_error_names_the_key(tmp_path: Path, text: str, complaint: str) -> None:
    """Whoever writes the file learns where it is wrong, and what could stand there."""
    with pytest.raises(UsageError) as raised:
        read(tmp_path, text)

    assert complaint in str(raised.value)


def test_a_dump_tells_what_is_open(tmp_path: Path) -> None:
    """Final and silent messages are left out, and those that nobody can ask about; times are the tasks' own."""
    tasks = [
        {"state": "sent", "gateway_ref": 7, "messages": [{}, {}], "due": "2026-11-26T08:00:00Z"},
        {"state": "sent", "messages": [{}]},
        {"state": "delivered", "gateway_ref": 8, "messages": [{}]},
        {"state": "muted", "messages": [{}]},
    ]
    documents = [
        {"_id": "a", "reported_date": 1_000, "tasks": tasks},
        {"_id": "b", "reported_date": 1_795_766_400_000, "scheduled_tasks": [{"state": "scheduled"}]},
    ]
    dump = "\n".join(json.dumps(document) for document in documents)
    (tmp_path / "docs.jsonl").write_text(dump, encoding="utf-8")

    incident = read(tmp_path, 'start = 2026-11-27T08:00:00Z\n[[documents]]\nfile = "docs.jsonl"\nanswer = "sent"')

    assert incident.open == (
        OpenMessages("sent", 2, answer="sent", due=-86_400.0),
        OpenMessages("scheduled", 1, answer="sent", due=0.0),
    )
