"""What `serve` gives a workspace from the beginning, out of its configuration file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.served.configuration import read_plan
from rapidpro_simulator.served.live import LiveSimulation
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.served.plan import Plan

CONFIGURATION = """
cht = []

[[rapidpro]]
host = "textit.com"

[[rapidpro.workspaces]]
name = "Kigali"
country = "RW"
locations = "rwanda.json"
retention_days = 30
users = [{ email = "ann@example.org", role = "Editor", password = "correct horse" }, { email = "Bob@example.org" }]
classifiers = [{ name = "Helpline", type = "wit", intents = ["fever", "appointment"] }]
"""


def plan_of(folder: Path, text: str) -> Plan:
    file = folder / "serve.toml"
    file.write_text(text, encoding="utf-8")
    return read_plan(file, journal=folder / "journal.jsonl")


def test_furnished(tmp_path: Path) -> None:
    """Places, people, classifiers and the retention are those of the file."""
    (tmp_path / "rwanda.json").write_text(json.dumps({"name": "Rwanda", "children": [{"name": "Kigali City"}]}))
    with LiveSimulation(plan_of(tmp_path, CONFIGURATION)) as live:
        database = live.simulation.hosts["textit.com"].workspace("Kigali").database
        assert database.locations is not None
        assert [place.name for place in database.locations] == ["Rwanda", "Kigali City"]
        ann, bob = database.users["ann@example.org"], database.users["bob@example.org"]
        assert (ann.role, ann.password) == ("Editor", "correct horse")
        assert (bob.role, bob.password) == ("Administrator", None)
        [classifier] = database.classifiers.values()
        assert (classifier.name, classifier.kind, classifier.intents) == ("Helpline", "wit", ("fever", "appointment"))
        assert database.settings.retention_days == 30


@pytest.mark.parametrize(("text", "problem"), [("[]", "these are no places"), ("{", "is no JSON"), (None, "cannot be")])
def test_bad_places(tmp_path: Path, text: str | None, problem: str) -> None:
    """Places that cannot be read are refused, by the name of the file."""
    if text is not None:
        (tmp_path / "rwanda.json").write_text(text)
    with pytest.raises(UsageError, match=rf"rwanda\.json.*{problem}"):
        LiveSimulation(plan_of(tmp_path, CONFIGURATION))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"Editor"', '"King"', "'King' is no role; write one of Administrator, Editor"),
        ('"wit"', '"siri"', "'siri' is no type of classifier; write one of wit, luis, bothub"),
        ("= 30", "= 0", "0 is no number of days"),
        ("ann@example.org", "ann", "'ann' is no e-mail address"),
    ],
)
def test_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """A wrong word in the file is told with the right ones."""
    with pytest.raises(UsageError, match=problem):
        plan_of(tmp_path, CONFIGURATION.replace(old, new))
