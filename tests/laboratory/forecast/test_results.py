"""What a forecast shows: as a table, a picture, a page, and data."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.laboratory.forecast.answers import answer
from rapidpro_simulator.laboratory.forecast.assumptions import assumptions, reach
from rapidpro_simulator.laboratory.forecast.data import as_csv, as_json
from rapidpro_simulator.laboratory.forecast.figures import Figures, Hour, quantile
from rapidpro_simulator.laboratory.forecast.incident import (
    Account,
    CarrierPlan,
    Consumer,
    Incident,
    Inherited,
    LongTail,
    OpenMessages,
    Remedy,
    Work,
)
from rapidpro_simulator.laboratory.forecast.page import page
from rapidpro_simulator.laboratory.forecast.picture import draw
from rapidpro_simulator.laboratory.forecast.run import forecast
from rapidpro_simulator.laboratory.forecast.summary import Band, summaries
from rapidpro_simulator.laboratory.forecast.table import heading, table
from rapidpro_simulator.laboratory.forecast.words import when
from rapidpro_simulator.rapidpro.generations.rates import Rate

from .incidents import shared, small

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.laboratory.forecast.run import Forecast

REMEDIES = (Remedy("wait"), Remedy("<give up>", after_hours=1, set_state="failed"))


@pytest.fixture(scope="module")
def found() -> Forecast:
    return forecast(small(shared()).changed(remedy=REMEDIES, seeds=2, days=2), processes=1)


def test_a_remedy_that_helps_is_told_from_one_that_does_not(found: Forecast) -> None:
    """Who waits keeps the backlog; who sets it to failed is rid of it after that hour."""
    wait, failed = summaries(found)

    assert wait.left_open == Band(240, 240, 240)
    assert when(found.incident, wait.backlog_gone) == "not in 2 days"
    assert when(found.incident, failed.backlog_gone) == "Mon 2 Mar 09:00"
    assert failed.left_open.middle == 0
    assert failed.backlog_gone.middle == 3600
    assert wait.on_time_since.middle > failed.on_time_since.middle
    assert sum(band.middle for band in wait.shares.values()) == pytest.approx(1, abs=0.02)


def test_the_table_says_what_was_assumed(found: Forecast) -> None:
    """The rates, the consumers, the pace of requests, and what is extrapolated from which proof."""
    told = table(found)

    for words in ("v2 100 in an hour", "another system asks every 5 minutes", "takes 0.002 to 0.008 s", "extrapolated"):
        assert words in told
    assert "tests/laboratory/forecast/test_agreement.py" in told
    assert "over up to 6 hours and 300 messages, and once over 3 hours and 15,100 messages" in told


@pytest.mark.parametrize(
    ("days", "count", "told"),
    [
        (0.0417, 300, "all is within that here."),
        (0.25, 301, "here 301 open messages, 0 new ones, is extrapolated"),
        (0.3, 300, "here 7 hours, is extrapolated"),
        (2, 301, "here 2 days, 301 open messages, 0 new ones, is extrapolated"),
    ],
)
def test_only_what_lies_beyond_the_proof_is_extrapolated(days: float, count: int, told: str) -> None:
    """What is as short and as small as what was tried is not."""
    assert told in reach(Incident(days=days, open=(OpenMessages("sent", count),)))
    assert "0 open messages, 1,000 new ones" in reach(Incident(days=1 / 24, work=(Work(24_000),)))


def test_a_forecast_has_whole_hours() -> None:
    """All figures are by hour, so days are taken to the nearest hour, and what comes later plays no part."""
    incident = small(shared()).changed(days=0.2, open=(OpenMessages("sent", 7),))
    (failed,) = summaries(forecast(incident.changed(remedy=(Remedy("failed", 4.9, set_state="failed"),)), processes=1))

    assert incident.hours == 5
    assert (failed.backlog_gone.middle, failed.left_open.middle) == (4.9 * 3600, 0)
    assert "7 open messages, 5 hours from Mon 2 Mar 08:00" in heading(incident)


def test_the_picture_has_the_numbers_of_the_table(found: Forecast) -> None:
    """Where seeds differ about what stays open, both tell the middle and the ends."""
    wait = found.runs["wait"]
    other = replace(wait[0], hours=[*wait[0].hours[:-1], Hour(100, 0)])
    differing = replace(found, runs={**found.runs, "wait": [wait[0], other]})

    assert "170 (100 to 240) at the end" in draw(differing)
    assert "170 (100 to 240)" in table(differing)


@pytest.mark.parametrize("days", [1 / 24, 0.25, 2, 10, 30, 60, 90, 150, 366])
def test_a_plot_has_dates(found: Forecast, days: float) -> None:
    """However long a forecast is, there are a few: one says nothing of how long the others are."""
    incident = found.incident.changed(days=days, remedy=REMEDIES[:1])
    runs = {"wait": [Figures([Hour(0, 0)] * incident.hours, {}, [], 0, None)]}

    root = ElementTree.fromstring(draw(replace(found, incident=incident, runs=runs)))
    shown = [each.text for each in root.iter() if each.get("font-size") == "9"]

    assert (2 if days > 0.1 else 1) <= len(shown) / 3 <= 5


def test_pictures_and_pages_escape_names(found: Forecast) -> None:
    """A picture is XML, with a row for each remedy; a page holds it, and the names of remedies are no markup."""
    root = ElementTree.fromstring(draw(found))
    texts = [element.text for element in root.iter() if element.text]

    assert {"wait", "<give up>"} <= set(texts)
    assert "&lt;give up&gt;" in page(found)
    assert "<give up>" not in page(found)


def test_data_has_all_numbers(found: Forecast) -> None:
    """JSON has null for never; CSV has a row for each hour of each run."""
    told = json.loads(as_json(found))
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))

    assert [each["name"] for each in told["remedies"]] == ["wait", "<give up>"]
    assert told["remedies"][0]["backlog_gone_seconds"]["middle"] is None
    assert len(rows) == 2 * 2 * 48
    assert (rows[0]["open"], rows[0]["time"]) == ("240", "2026-03-02T09:00:00+00:00")
    assert told["remedies"][1]["backlog_gone"]["middle"] == "2026-03-02T09:00:00+00:00"
    assert told["remedies"][1]["answer"].startswith("The backlog is gone on Monday 2 March, 09:00.")


def test_several_processes_find_the_same(found: Forecast) -> None:
    """Runs do not depend on where they are played."""
    assert forecast(found.incident, processes=2).runs == found.runs


def test_on_time_is_a_matter_of_days() -> None:
    """The hour after the last late message of the last day with too many, unless that day is the last of all."""
    day = 86_400.0
    late, prompt = (4000.0, 9000.0), (day + 10.0, day + 20.0)
    figures = Figures([Hour(0, 0)] * 48, {}, [late, prompt], 0, None)

    assert figures.on_time_since(300) == 7200.0
    assert Figures([], {}, [late], 0, None).on_time_since(300) is None
    assert Figures([], {}, [prompt], 0, None).on_time_since(300) == 0


def test_a_short_forecast_may_prove_it_itself() -> None:
    """Where most messages of the last day come after its last late one, they have gone out on time since then."""
    hours = [Hour(0, 0)] * 24
    late, prompt = (
        [(900.0, 9000.0), (4000.0, 9000.0)],
        [(7200.0 + 60 * number, 7230.0 + 60 * number) for number in (1, 2, 3)],
    )

    assert Figures(hours, {}, [*late, *prompt], 0, None).on_time_since(300) == 7200.0
    assert Figures(hours, {}, [*late, *prompt[:2]], 0, None).on_time_since(300) is None


def test_95_of_100_are_95_of_100() -> None:
    """One late message of twenty is not what 95 of 100 wait for; half of four are two."""
    ordered = [float(number) for number in range(1, 21)]

    assert quantile(ordered, 0.95) == 19
    assert quantile(ordered[:4], 0.5) == 2
    assert quantile(ordered[:1], 0.95) == 1
    assert quantile([], 0.5) is None


def test_what_is_assumed_of_work_and_of_the_carrier_is_told() -> None:
    """The busiest hour, the busiest and the quietest weekday, shares of outcomes, and how late their reports are."""
    work = Work(70, hours=(*[0.0] * 8, 3, 1, *[0.0] * 14), weekdays=(4, 1, 1, 1, 0, 0, 0))
    carrier = CarrierPlan({"delivered": 3, "sent": 1}, {"sent": (2, 30), "delivered": LongTail(20, 3600)})
    told = "\n".join(assumptions(Incident(work=(work,), carrier=carrier, timezone="Africa/Blantyre")))

    assert (
        "by weights of hours and weekdays (Africa/Blantyre): 280 on a Monday, 0 on a Friday; 75% from 8 to 9 o'clock."
        in told
    )
    assert "75% delivered, 25% sent; wired after 0.5 s; sent after 2 to 30 s; delivered after 20 s for half" in told
    assert "sends 25 messages, and asks about all open ones, each 60 s" in told


@pytest.mark.parametrize(
    ("remedy", "told"),
    [
        (Remedy("wait"), "wait: nothing is done."),
        (
            Remedy("give up", 2, set_state="failed", of_states=("pending", "sent")),
            "give up: after 2 hours what is pending or sent is set to failed.",
        ),
        (
            Remedy("we", gateway="standalone", inherited=Inherited(sent="ask", per_hour=100)),
            "we: at once the standalone gateway begins; of what it inherits, unsent `leave`, sent `ask`, 100 an hour.",
        ),
        (Remedy("less", consumer_minutes=90), "less: at once the others ask every 90 minutes."),
        (
            Remedy("all", gateway="cht:5.2", interval_seconds=90, rates={"v2": Rate(9)}),
            "all: at once the gateway becomes cht:5.2, CHT's timers become 90 s and the quota becomes v2 9 in an hour.",
        ),
    ],
)
def test_each_remedy_is_told(remedy: Remedy, told: str) -> None:
    """Whatever it is called, it says what is done, and when."""
    assert told in assumptions(Incident(gateway="cht:4.17", remedy=(remedy,), consumer=(Consumer("wall"),)))


def test_what_is_made_at_the_end_is_not_late() -> None:
    """A message that waits when the forecast ends, and has not waited for long, says nothing."""
    hours = [Hour(0, 0)] * 24
    just_now, before = (86_300.0, None), (86_000.0, None)

    assert Figures(hours, {}, [just_now], 0, None).on_time_since(300) == 0
    assert Figures(hours, {}, [just_now], 0, None).delays(0, 24) == []
    assert Figures(hours, {}, [before], 0, None).on_time_since(300) is None
    assert Figures(hours, {}, [before], 0, None).delays(0, 24) == [inf]


def test_the_last_end_is_known_to_the_hour() -> None:
    """It is the end of the last hour in which a message ended; the first hour's where that was the only one."""
    figures = [
        Figures([Hour(each, 0) for each in opened], {}, [], 0, None) for opened in ((9, 5, 2, 2), (2, 2), (9, 2))
    ]

    assert [each.settled for each in figures] == [3 * 3600, 3600, 2 * 3600]


NONE, MANY = Band(0, 0, 0), Band(240, 240, 240)
NEVER, DAY = Band(inf, inf, inf), 86_400.0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"left_open": MANY, "backlog_gone": NEVER}, "None of the 240 old messages ends."),
        ({"backlog_gone": Band(3600, 3600, 3600)}, "The backlog is gone on Monday 2 March, 09:00."),
        (
            {"backlog_gone": Band(7200, 3600, DAY)},
            "The backlog is gone between Monday 2 March, 09:00 and Tuesday 3 March, 08:00.",
        ),
        (
            {"backlog_gone": Band(inf, 3600, inf)},
            "In some runs the backlog is gone from Monday 2 March, 09:00, in others",
        ),
        (
            {"backlog_gone": NEVER, "left_open": Band(9, 9, 9), "settled": Band(3600, 3600, 7200)},
            "9 of the 240 old messages stay open; the others have ended by Monday 2 March, 10:00.",
        ),
        (
            {"backlog_gone": NEVER, "left_open": Band(9, 8, 10), "settled": Band(3600, 3600, 2 * DAY)},
            "8 to 10 of 240 are open at the end, and become fewer still: a longer forecast would say until when.",
        ),
        ({"on_time_since": NONE}, "New messages go out on time all along."),
        ({"new_open": Band(0.5, 0.4, 0.6)}, "At the end 50% (40% to 60%) of the new messages are open."),
        ({"on_time_since": Band(DAY, DAY, DAY)}, "New messages go out on time from Tuesday 3 March, 08:00."),
        ({"on_time_since": Band(DAY, 0, DAY)}, "on time at once, or as late as Tuesday 3 March, 08:00."),
        (
            {"on_time_since": Band(inf, 0, inf)},
            "New messages go out on time at once in some runs, and stay late in others.",
        ),
        ({"on_time_since": NEVER}, "New messages stay late: on the last day 5 of 100 wait for more than 10 min."),
        ({"on_time_since": NEVER, "slowest": [NEVER]}, "stay late, and on the last day some are not sent at all."),
    ],
)
def test_an_answer_needs_no_knowledge(found: Forecast, changes: dict[str, Any], told: str) -> None:
    """One or two sentences say when the backlog is gone, and from when on new messages are on time."""
    summary = replace(summaries(found)[0], **{"slowest": [Band(600, 600, 600)], **changes})

    assert told in answer(found.incident, summary)


def test_nothing_is_said_of_what_there_is_not() -> None:
    """Without a backlog none is ever gone, and without new messages none are on time."""
    empty = forecast(Incident(days=1 / 24, seeds=1), processes=1)

    assert "wait:\n  There is no backlog.\n" in table(empty)
    assert "\nwait    –             0           –                          –                  0\n" in table(empty)
    assert "were refused\nNobody asks the workspace.\n" in table(empty)
    assert "<th>Nobody asks the workspace.</th>" in page(empty)


def test_dates_are_those_of_the_place(found: Forecast) -> None:
    """The table, the page and the data show the clock of the deployment's time zone."""
    there = replace(found, incident=found.incident.changed(timezone="Africa/Blantyre"))

    assert "2 days from Mon 2 Mar 10:00 (2026, Africa/Blantyre), 2 remedies, 2 seeds each" in table(there)
    assert "The backlog is gone on Monday 2 March, 11:00." in page(there)
    assert json.loads(as_json(there))["start"] == "2026-03-02T10:00:00+02:00"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints the table and writes what it is asked for; a name that says no kind of file is refused."""
    incident, picture = tmp_path / "incident.toml", tmp_path / "forecast.svg"
    incident.write_text("days = 0.05\nseeds = 1\n[[work]]\nper_day = 100", encoding="utf-8")

    assert main(["forecast", str(incident), "-o", str(picture)]) == 0
    assert "0 open messages, 1 hour" in capsys.readouterr().out
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert [path.name for path in tmp_path.iterdir() if path != incident] == ["forecast.svg"]


def test_files_are_there_before_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads only the beginning of what is printed has them."""
    (tmp_path / "incident.toml").write_text("days = 0.05\nseeds = 1", encoding="utf-8")
    data = tmp_path / "forecast.json"

    class Watched(io.StringIO):
        def write(self, text: str) -> int:
            assert data.exists()
            return super().write(text)

    monkeypatch.setattr("sys.stdout", Watched())

    assert main(["forecast", str(tmp_path / "incident.toml"), "-o", str(data)]) == 0


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ("forecast.png", "the name says what is written; it ends in .svg, .html, .json, .csv"),
        ("none/forecast.svg", "cannot be written: there is no folder"),
        ("folder.svg", "cannot be written: it is a folder"),
    ],
)
def test_nothing_is_played_where_nothing_could_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, complaint: str
) -> None:
    """A file that cannot be written is refused before the work, in one sentence."""
    incident = tmp_path / "incident.toml"
    incident.write_text("", encoding="utf-8")
    (tmp_path / "folder.svg").mkdir()

    assert main(["forecast", str(incident), "-o", str(tmp_path / output)]) == 2
    told = capsys.readouterr()
    assert complaint in told.err
    assert told.out == ""


def test_an_incident_that_was_tried_by_hand() -> None:
    """12,000 `sent`, 3,100 `received-by-gateway` and 100 pending messages, and others who ask: CHT takes the quota."""
    incident = Incident(
        days=5 / 24,
        seeds=1,
        gateway="cht:5.2",
        rapidpro=Account("textit-2026", "shared-2500"),
        open=(OpenMessages("sent", 12_000), OpenMessages("received-by-gateway", 3100), OpenMessages("pending", 100)),
        consumer=(Consumer("rapidpro2pg", 5, ("contacts", "messages", "runs", "flows")),),
        remedy=(Remedy("wait"), Remedy("failed", 3, set_state="failed"), Remedy("scheduled", 3, set_state="scheduled")),
    )
    runs = {name: figures[0] for name, figures in forecast(incident, processes=1).runs.items()}
    answered = {name: [run.requests_of(who, "answered") for who in run.consumers] for name, run in runs.items()}

    assert [sum(hour) for hour in zip(*answered["wait"], strict=True)] == [2500] * 5
    assert runs["wait"].requests_of("CHT sends", "answered") == [100, 0, 0, 0, 0]
    assert [hour.open for hour in runs["wait"].hours[1:]] == [15_100] * 4
    assert runs["failed"].requests_of("CHT asks", "answered")[3:] == [0, 0]
    assert runs["failed"].requests_of("rapidpro2pg", "answered")[3:] == [48, 48]  # 4 each 5 minutes: all that it asks
    assert runs["scheduled"].requests_of("CHT sends", "answered")[3] > 1000
