"""Settings that nothing acts on are told, and the page on fidelity has the same table as the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.api.simulated_settings import SIMULATED, not_simulated
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.cht.transitions.loading import simulated_transitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.world.journal import Journal

    from .conftest import Instance

TRANSITIONS = simulated_transitions(release("latest"))
PAGE = Path(__file__).parents[3] / "docs" / "fidelity-cht.md"


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"forms": {"P": {}}, "sms": {"outgoing_service": "rapidpro", "rapidpro": {"url": "https://textit.com"}}}, []),
        (
            {"purge": {"cron": "x"}, "uhc": {"x": 1}, "tasks": {"rules": "r"}},
            ["purge", "tasks", "uhc"],
        ),
        ({"purge": {}, "uhc": [], "tasks": None, "usage": False}, []),
        (
            {"transitions": {"create_user_for_contacts": True, "registration": {}, "no_such": True}},
            ["transitions.no_such"],
        ),
        ({"transitions": {"create_user_for_contacts": False, "no_such": {"disable": True}}}, []),
        ({"sms": {"outgoing_service": "africas-talking"}}, ["sms.outgoing_service africas-talking"]),
        ({"sms": {"outgoing_service": "medic-gateway"}}, []),
        (
            {"sms": {"duplicate_limit": 3, "reserved": 1, "rapidpro": {"key": "x"}}},
            ["sms.rapidpro.key", "sms.reserved"],
        ),
        ({"transitions": [], "sms": "odd"}, []),
    ],
)
def test_names(settings: dict[str, Any], names: list[str]) -> None:
    """Sections, members and transitions that nothing acts on have a name; what is empty or off needs nothing."""
    assert not_simulated(settings, TRANSITIONS) == names


def test_each_name_is_told_once(cht: Instance, journal: Journal) -> None:
    """The journal has an event when settings are saved, with the names that are new."""
    told_before = journal.where("settings.not_simulated")
    cht.configure(purge={"cron": "x"})
    cht.configure(purge={"cron": "y"}, archiving={"x": 1})
    cht.configure(locale="sw")

    assert told_before == []
    assert [event.data["names"] for event in journal.where("settings.not_simulated")] == [
        ["purge"],
        ["archiving"],
    ]


def test_the_page_has_the_same_table() -> None:
    """What the page on fidelity promises is what the code says."""
    section = PAGE.read_text(encoding="utf-8").partition("## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)
    documented = {name: sorted(re.findall(r"`([\w.]+)`", members)) for name, members in rows}

    assert documented == {
        **{name: sorted(_leaves(members)) for name, members in SIMULATED.items()},
        "transitions": sorted(TRANSITIONS),
    }


def _leaves(members: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, more in members.items():
        if more:
            yield from _leaves(more, f"{prefix}{name}.")
        else:
            yield prefix + name
