"""Rules of validations (cht-sentinel 4.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import Sandbox
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.cht.validation import ReportCheck, validate
from rapidpro_simulator.cht.validation.rules import RulesError
from tests.support.document_store import run

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from tests.support.document_store import InProcessStore

FIELDS = {"name": "Zuri", "n": "12", "sex": "F", "none": None, "zero": 0, "text0": "0", "mail": "a@b.org", "week": "53"}
FOREIGN = {"arabic": "١٢", "thumb": "👍", "newline": "5\n"}


def check_of(store: InProcessStore, clock: FrozenClock, name: str = "5.2", **fields: Any) -> ReportCheck:
    document = {
        "_id": "r1",
        "type": "data_record",
        "form": "F",
        "reported_date": 1772442000000,
        "fields": {**FIELDS, **FOREIGN, **fields},
    }
    return ReportCheck(
        document=document,
        settings={"default_country_code": 254},
        release=release(name),
        now=clock.now(),
        sandbox=Sandbox(clock.now),
        view=store.view,
        log=lambda _: None,
    )


def codes(check: ReportCheck, *entries: tuple[str, str]) -> list[str]:
    listed = [{"property": name, "rule": rule} for name, rule in entries]
    return [failure.code for failure in run(validate(check, listed))]


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("name: lenMin(4) && lenMax(4) && lenEquals(4)", True),
        ("name: lenMin(5)", False),
        ("n: min(12) && max(12) && between(1, 12)", True),
        ("n: between(1, 11)", False),
        ("n: in(11, '12')", True),
        ("n: equals(12)", True),
        ("n: sEquals(12)", False),
        ("sex: equals('F') || equals('M')", True),
        ("sex: iEquals('f')", True),
        ("none: required", False),
        ("zero: required", False),
        ("text0: required", True),
        ("none: optional", True),
        ("n: integer && numeric", True),
        ("name: integer", False),
        ("name: alpha && alphaNumeric", True),
        ("mail: email", True),
        ("mail: alpha", False),
        ("name: regex('^z', 'i')", True),
        ("name: regex('^z')", False),
        ("name: otherEquals('sex', 'F') ? lenMin(1) : lenMin(9)", True),
        ("name: otherEquals('sex', 'M') ? lenMin(1) : lenMin(9)", False),
        ("name: otherEquals('sex', 'M') ? lenMin(9)", True),
        ("name: !equals('Zuri')", False),
        ("name: equals('a') || equals('Zuri') && equals('b')", False),
        ("name: equals('Zuri') && (equals('b') || alpha)", True),
        ("name: noSuchFunction('x')", True),
        ("name: equalsTo('name')", True),
        ("name: LENMIN(4)", True),
        ("week: isISOWeek('week')", True),
        ("arabic: numeric", False),
        ("arabic: integer", False),
        ("arabic: isISOWeek('arabic')", False),
        ("thumb: lenEquals(2)", True),
        ("thumb: lenMax(1)", False),
        ("newline: numeric", False),
        ("newline: email", False),
        ("week: isISOWeek('week', 'n')", False),
    ],
)
def test_rule(store: InProcessStore, clock: FrozenClock, rule: str, holds: bool) -> None:
    """Functions and operators, from left to right, as CHT has them."""
    name, _, text = rule.partition(": ")
    assert (codes(check_of(store, clock), (name, text)) == []) is holds


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("isAfter('3 days')", "2026-03-05", True),
        ("isAfter('3 days')", "2026-03-04", False),
        ("isBefore('3 days')", "2026-02-27", True),
        ("isBefore('3 days')", "2026-02-28", False),
        ("isAfter('3 days')", "soon", False),
        ("validPhone('d')", "0712345678", True),
        ("validPhone('d')", "12", False),
        ("uniquePhone('d')", "+254711000003", False),
        ("uniquePhone('d')", "+254711000009", True),
        ("unique('d')", "kept", False),
        ("unique('d')", "new", True),
        ("uniqueWithin('d', '1 week')", "kept", True),
        ("uniqueWithin('d', '4 weeks')", "kept", False),
        ("exists('F', 'd')", "kept", True),
        ("exists('G', 'd')", "kept", False),
    ],
)
def test_lookup(store: InProcessStore, clock: FrozenClock, rule: str, value: str, holds: bool) -> None:
    """Dates count from the report, phones from the contacts, and values from other reports without errors."""
    medic = store.couch.database("medic")
    medic.put({"_id": "ann", "type": "person", "phone": "+254711000003"})
    report = {"type": "data_record", "form": "F", "reported_date": 1771664400000, "fields": {"d": "Kept"}}
    medic.put({**report, "_id": "old"})
    medic.put({**report, "_id": "wrong", "fields": {"d": "new"}, "errors": [{"code": "x"}]})
    assert (codes(check_of(store, clock, d=value), ("d", rule)) == []) is holds


def test_lookup_that_fails(store: InProcessStore, clock: FrozenClock) -> None:
    """Where the database cannot be asked, a rule that asks it does not hold."""
    check = check_of(store, clock, d="x")

    async def fail(*_: Any, **__: Any) -> list[Any]:
        raise CouchClientError(404, "not_found", "missing")

    check.view = fail
    assert codes(check, ("d", "unique('d')")) == ["invalid_d"]


def test_unreadable_rule(store: InProcessStore, clock: FrozenClock) -> None:
    """One rule that cannot be read spoils all; the place counts tokens."""
    with pytest.raises(RulesError) as caught:
        codes(check_of(store, clock), ("name", "lenMin(9)"), ("name", "regex('it\\'s')"))
    assert str(caught.value) == 'Error on pupil validations: {"message":"Unexpected identifier","pos":3}'


def test_before_4_15(store: InProcessStore, clock: FrozenClock) -> None:
    """Only the last rule of a property counts, and functions that look up are apart, with a code of their own."""
    check = check_of(store, clock, "4.14", d="12")
    rules = (("name", "lenMin(9)"), ("name", "lenMin(1)"), ("d", "validPhone('d')"), ("d", "VALIDPHONE('d')"))
    assert codes(check, *rules) == ["invalid_d_validPhone"]
    assert codes(check_of(store, clock, "4.3", d="12"), *rules) == []
