"""The rules, the table of known defects and the page that shows both speak of the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.gateways.known_defects import KNOWN_DEFECTS, KnownDefect, known_defect
from rapidpro_simulator.testing.conformance.markdown import plain
from rapidpro_simulator.testing.conformance.rules import features_folder, rules, specific_parts
from rapidpro_simulator.testing.feature_files import read_feature

ROOT = Path(__file__).parents[3]
TAG = re.compile(r"@(R\d+[a-z]?)\b")


def tags() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (features_folder() / "rules").glob("*.feature")]
    return {tag for text in texts for tag in TAG.findall(text)}


def test_rules_are_numbered_without_gaps() -> None:
    """R1 to R25, each once."""
    assert [rule.id for rule in rules()] == [f"R{number}" for number in range(1, 26)]


def test_every_feature_of_rules_says_that_it_is_one() -> None:
    """Known defects are looked for in scenarios with the tag `rule` only."""
    firsts = {path.read_text(encoding="utf-8").splitlines()[0] for path in (features_folder() / "rules").iterdir()}

    assert firsts == {"@rule"}


def test_a_part_of_a_rule_belongs_to_the_rule() -> None:
    """`R10a` is a scenario of `R10`."""
    assert {tag.rstrip("abcdefgh") for tag in tags()} == {rule.id for rule in rules()}


def last_steps() -> list[tuple[str, str]]:
    """Return the names of the scenarios of the rules, and the last sentence of each."""
    features = [feature for path in (features_folder() / "rules").glob("*.feature") if (feature := read_feature(path))]
    parts = [part for feature in features for part in feature["children"] if "rule" in part]
    scenarios = [each["scenario"] for part in parts for each in part["rule"]["children"] if "scenario" in each]
    return [(scenario["name"], scenario["steps"][-1]["text"]) for scenario in scenarios]


def test_every_scenario_of_a_rule_ends_with_life() -> None:
    """A gateway that dies when it has done what is asked for keeps no rule."""
    life = {"the gateway still works", "within 10 minutes CHT has 2 incoming messages"}

    assert [scenario for scenario, sentence in last_steps() if sentence not in life] == []
    assert len(last_steps()) > len(rules())


@pytest.mark.parametrize("defect", KNOWN_DEFECTS, ids=lambda defect: f"{defect.rule}-{defect.kind}")
def test_known_defects_name_rules_that_there_are(defect: KnownDefect) -> None:
    """A line about a rule that is gone would be forgotten."""
    assert defect.rule in tags()


def test_the_page_of_the_rules_is_current() -> None:
    """docs/rules.md has every rule, by its number and in its words, and every part that is about one gateway only."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (R\d+) \| (.+?) \| (?:[✅⚠❌–]\ufe0f? \|)", text, re.MULTILINE)

    assert sorted(listed) == sorted((rule.id, plain(rule.title)) for rule in rules())
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines()}
    assert [part for part in specific_parts() if plain(part.name or "all") not in rows.get(part.feature, "")] == []


def test_the_page_of_the_rules_knows_the_defects() -> None:
    """Every known defect of a gateway that the page shows is told there, with its reason."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    shown = re.search(r"^\| \| rule \| (.+) \|$", text, re.MULTILINE)
    assert shown is not None
    gateways = [parse_gateway(name) for name in shown[1].split(" | ")]
    wanted = [defect for defect in KNOWN_DEFECTS if any(defect.concerns(gateway) for gateway in gateways)]

    assert [defect for defect in wanted if defect.reason not in text] == []


def test_parts_of_features_are_about_one_gateway() -> None:
    """A feature is named as a whole where all of it is about one gateway, else by its rules and scenarios."""
    found = {(part.feature, part.name): part.kind for part in specific_parts()}

    assert found["The tar pit", ""] == "cht"
    assert found["Sending messages", "At most 25 messages are sent in a minute"] == "cht"
    assert ("Sending messages", "") not in found
    assert not {feature for feature, _ in found} & {rule.feature for rule in rules()}


RANGE = KnownDefect("R1", "cht", "because", since="4.14", until="4.16")


@pytest.mark.parametrize(
    ("defect", "gateway", "concerned"),
    [
        (RANGE, "cht:4.13", False),
        (RANGE, "cht:4.14", True),
        (RANGE, "cht:4.16.2", True),
        (RANGE, "cht:4.17", False),
        (RANGE, "standalone", False),
        (KnownDefect("R1", "cht", "because"), "cht:3.11", True),
        (KnownDefect("R1", "standalone", "because"), "standalone", True),
        (KnownDefect("R1", "standalone", "because"), "cht:5.2", False),
    ],
)
def test_defects_concern_releases(defect: KnownDefect, gateway: str, concerned: bool) -> None:
    """A defect is one of a kind of gateway; of CHT's own, from one release to another."""
    assert defect.concerns(parse_gateway(gateway)) is concerned


@pytest.mark.parametrize(
    ("tags_of_scenario", "known"),
    [({"rule", "R2", "R2a"}, True), ({"rule", "R2"}, False), ({"R2", "R2a"}, False), (set[str](), False)],
)
def test_defects_are_looked_up_by_tags(tags_of_scenario: set[str], known: bool) -> None:
    """A scenario is known to fail by its own tag, or by that of its rule, if it is one of the rules."""
    assert (known_defect(parse_gateway("cht:5.2"), tags_of_scenario) is not None) is known
