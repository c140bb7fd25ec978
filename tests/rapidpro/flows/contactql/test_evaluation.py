from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.contactql import PropertyKind, QueryError, evaluate, parse
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .workspace import Contact, Workspace

PLAIN = Environment()
KAMPALA = Environment(timezone=ZoneInfo("Africa/Kampala"))
LATE = DateTime.of(dt.datetime(2020, 2, 1, 22, 30, tzinfo=dt.UTC))  # the 2nd, half past one, in Kampala
ANN = Contact(
    {
        "name": ["Ann-Marie Smithwick"],
        "urn": ["+254712345678", "ann_m"],
        "tel": ["+254712345678"],
        "twitter": ["ann_m"],
        "age": [Decimal(36)],
        "tickets": [2],
        "born": [LATE],
        "village": ["Rwanda > Kigali City >  Ndera "],
        "sex": [" F "],
        "note": ["Rwanda > Ndera"],
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sex = f", True),
        ("sex != F", False),
        ("urn = ANN_M", True),
        ("urn != ann_m", False),
        ("urn != bob", True),
        ("viber != bob", True),
        ("viber = bob", False),
        ('viber = ""', True),
        ('viber != ""', False),
        ('tel != ""', True),
        ("tel ~ 4712", True),
        ("twitter ~ NN_", True),
        ("name ~ mar", True),
        ("name ~ arie", False),
        ('name ~ "john smi"', True),
        ("name ~ Smithwicket", True),
        ("name ~ Smithers", False),
        ("age = 36.0", True),
        ("age > 36", False),
        ("age >= 36", True),
        ("age < 36.5", True),
        ("tickets > 1", True),
        ("village = ndera", True),
        ("village != Kigali", True),
        ('note = "rwanda > ndera"', True),
        ("age = 1 or sex = f", True),
        ("age = 36 and (sex = m or tickets = 0)", False),
    ],
)
def test_a_contact_is_found_by_what_it_has(text: str, expected: bool) -> None:
    """Texts have no case and no space around them, numbers are numbers, names are found by how their words start."""
    workspace = Workspace() if "note" not in text else None
    assert evaluate(PLAIN, parse(PLAIN, text, workspace), ANN) is expected


@pytest.mark.parametrize(
    ("operator", "utc", "kampala"),
    [
        ("=", {"2020-02-01"}, {"2020-02-02"}),
        ("!=", {"2020-01-31", "2020-02-02", "2020-02-03"}, {"2020-01-31", "2020-02-01", "2020-02-03"}),
        (">", {"2020-01-31"}, {"2020-01-31", "2020-02-01"}),
        (">=", {"2020-01-31", "2020-02-01"}, {"2020-01-31", "2020-02-01", "2020-02-02"}),
        ("<", {"2020-02-02", "2020-02-03"}, {"2020-02-03"}),
        ("<=", {"2020-02-01", "2020-02-02", "2020-02-03"}, {"2020-02-02", "2020-02-03"}),
    ],
)
def test_dates_are_compared_by_days_where_the_query_is_asked(operator: str, utc: set[str], kampala: set[str]) -> None:
    """One query may be asked in several timezones, and each has its own days."""
    days = ["2020-01-31", "2020-02-01", "2020-02-02", "2020-02-03"]
    queries = {day: parse(PLAIN, f"born {operator} {day}", Workspace()) for day in days}
    assert {day for day, query in queries.items() if evaluate(PLAIN, query, ANN)} == utc
    assert {day for day, query in queries.items() if evaluate(KAMPALA, query, ANN)} == kampala


def test_a_date_with_an_offset_keeps_its_day() -> None:
    """A whole ISO datetime brings its own timezone."""
    query = parse(PLAIN, "born = 2020-02-02T00:00:00+03:00", Workspace())
    assert evaluate(PLAIN, query, ANN)


def test_a_short_year_means_another_century_as_time_goes_by() -> None:
    """A year of two digits is never in the future, so it is read whenever the query is asked."""
    query = parse(PLAIN, "born < 30-01-01", Workspace())
    moments = [DateTime.of(dt.datetime(year, 6, 1, tzinfo=dt.UTC)) for year in (2026, 2031)]
    environment = replace(PLAIN, now=iter(moments).__next__)
    assert [evaluate(environment, query, ANN) for _ in moments] == [False, True]


def test_a_date_is_read_once() -> None:
    """The clock is not asked for a date that needs none."""

    def now() -> DateTime:
        raise AssertionError("the clock was asked")

    assert evaluate(replace(PLAIN, now=now), parse(PLAIN, "born > 2019-12-31", Workspace()), ANN)


@pytest.mark.parametrize(
    ("text", "expected"), [("age = old", False), ("age != old", True), ("age ~ 3", False), ("born = soon", False)]
)
def test_what_cannot_be_compared_is_only_different(text: str, expected: bool) -> None:
    """A query that no workspace has checked is still asked without an error."""
    assert evaluate(PLAIN, parse(PLAIN, text), ANN) is expected


def test_no_more_is_asked_than_is_needed() -> None:
    """The second part of a combination is only asked for where the first does not decide."""
    contact = Contact({"sex": ["f"]})
    evaluate(PLAIN, parse(PLAIN, "sex = f or tel = 1"), contact)
    assert contact.asked == [(PropertyKind.FIELD, "sex")]


@given(
    key=st.sampled_from(["name", "urn", "tel", "age", "born", "sex", "fields.name"]),
    operator=st.sampled_from(["=", "!=", "~", ">", "<="]),
    value=st.sampled_from(["", "a b", "x", "36", "1e3", "2020-02-01", "0001-01-01", "9999-12-31"]),
    asked=st.sampled_from([PLAIN, KAMPALA, Environment(date_format="DD-MM-YYYY")]),
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_whatever_can_be_read_can_be_asked(key: str, operator: str, value: str, asked: Environment) -> None:
    """A query that was read has an answer, in other environments too."""
    try:
        query = parse(PLAIN, f'{key} {operator} "{value}"')
    except QueryError:
        return
    assert evaluate(asked, query, ANN) in (True, False)
