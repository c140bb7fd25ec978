"""What a forecast shows: as a table, a picture, a page, and data."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.laboratory.forecast.data import as_csv, as_json
from rapidpro_simulator.laboratory.forecast.figures import Figures, Hour
from rapidpro_simulator.laboratory.forecast.incident import Remedy
from rapidpro_simulator.laboratory.forecast.page import page
from rapidpro_simulator.laboratory.forecast.picture import draw
from rapidpro_simulator.laboratory.forecast.run import forecast
from rapidpro_simulator.laboratory.forecast.summary import Band, in_words, summaries
from rapidpro_simulator.laboratory.forecast.table import table

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
    assert in_words(wait.backlog_gone.middle) == "never"
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
    assert rows[0]["open"] == "240"


def test_several_processes_find_the_same(found: Forecast) -> None:
    """Runs do not depend on where they are played."""
    assert forecast(found.incident, processes=2).runs == found.runs


def test_on_time_is_a_matter_of_days() -> None:
    """The day after the last one with too many late messages, unless that is the last of all."""
    day = 86_400.0
    late, prompt = (10.0, 5000.0), (day + 10.0, day + 20.0)
    figures = Figures([Hour(0, 0)] * 48, {}, [late, prompt], 0, None)

    assert figures.on_time_since(300) == day
    assert Figures([], {}, [late], 0, None).on_time_since(300) is None
    assert Figures([], {}, [prompt], 0, None).on_time_since(300) == 0


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints the table and writes what it is asked for; a name that says no kind of file is refused."""
    incident, picture = tmp_path / "incident.toml", tmp_path / "forecast.svg"
    incident.write_text("days = 0.05\nseeds = 1\n[[work]]\nper_day = 100", encoding="utf-8")

    assert main(["forecast", str(incident), "-o", str(picture)]) == 0
    assert "0 open messages, 0.05 days" in capsys.readouterr().out
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert main(["forecast", str(incident), "-o", "forecast.png"]) == 2
