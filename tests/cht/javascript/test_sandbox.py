from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.javascript import UNDEFINED, JavaScriptError, JavaScriptTimeout, Sandbox
from rapidpro_simulator.cht.javascript.engine import leaves_nothing

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock


@pytest.fixture
def sandbox(clock: FrozenClock) -> Sandbox:
    return Sandbox(clock.now)


def test_nothing_stays(sandbox: Sandbox) -> None:
    """What an expression leaves behind is not seen by the next one."""
    sandbox.evaluate("found = 5; Array.prototype.first = 1", {})
    assert sandbox.evaluate("[typeof found, typeof [].first]", {}) == ["undefined", "undefined"]


@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        ("doc.type === 'data_record' && doc.errors.length <= 0 && doc.n != 2", True),
        ("doc.items.map(i => i.n)", True),
        ("doc.weeks >= 12 ? 'a' : 'b'", True),
        ("found = 5", False),
        ("doc.n += 1", False),
        ("doc.n++", False),
        ("var found", False),
        ("this.found", False),
        ("[].__proto__.push(1)", False),
        ("Object.assign([].constructor, doc)", False),
        ("Math.random()", False),
        ("`${found = 5}`", False),
    ],
)
def test_what_can_leave_something(expression: str, plain: bool) -> None:
    """Only an expression that plainly leaves nothing may share an engine with others."""
    assert leaves_nothing(expression) is plain


def test_shared_engine(sandbox: Sandbox) -> None:
    """Expressions that share an engine do not find each other's variables."""
    assert sandbox.evaluate("doc.n", {"doc": {"n": 1}}) == 1
    assert sandbox.evaluate("typeof doc", {}) == "undefined"
    with pytest.raises(JavaScriptError, match="doc is not defined"):
        sandbox.evaluate("doc.n", {"other": 1})


def test_nothing_is_changed(sandbox: Sandbox) -> None:
    """An expression works on a copy of what it is handed."""
    document = {"fields": {"weeks": 12}}
    sandbox.evaluate("doc.fields.weeks = 13", {"doc": document})
    assert document == {"fields": {"weeks": 12}}


@pytest.mark.parametrize(
    ("expression", "value", "truthy"),
    [
        ("undefined", UNDEFINED, False),
        ("(function () {})", UNDEFINED, True),
        ("NaN", None, False),
        ("Infinity", None, True),
        ("new Date(0)", "1970-01-01T00:00:00.000Z", True),
        ("'\\ud800'", "?", True),
        ("'a\0b'", "a\0b", True),
        ("({})", {}, True),
    ],
)
def test_values(sandbox: Sandbox, expression: str, value: Any, truthy: bool) -> None:
    """A value comes back as JSON writes it; whether it counts as true is JavaScript's own answer."""
    assert sandbox.evaluate(expression, {}) == value
    assert sandbox.holds(expression, {}) is truthy


def test_long_text(sandbox: Sandbox) -> None:
    """A text of any length comes back, also one that was put together from parts."""
    assert sandbox.evaluate("let all = ''; for (let i = 0; i < 9999; i++) all += 'ab' + i; all.length + all", {})
    assert len(sandbox.evaluate("text + text", {"text": "x" * 100_000})) == 200_000


def test_only_the_language(sandbox: Sandbox) -> None:
    """There is nothing to reach the machine by."""
    names = ["process", "require", "console", "setTimeout", "fetch", "performance", "navigator", "module"]
    assert sandbox.evaluate("names.filter((name) => name in globalThis)", {"names": names}) == []


@pytest.mark.parametrize(
    ("expression", "name", "message"),
    [
        ("doc.fields.weeks", "TypeError", "Cannot read properties of undefined (reading 'weeks')"),
        ("none.at", "ReferenceError", "none is not defined"),
        ("throw new Error('no')", "Error", "no"),
        ("throw 'no'", "", "no"),
        ("(function f() { f(); })()", "RangeError", "Maximum call stack size exceeded"),
        ("Intl.NumberFormat", "ReferenceError", "Intl is not defined"),
    ],
)
def test_errors(sandbox: Sandbox, expression: str, name: str, message: str) -> None:
    """An error has the name and the words that Node gives it."""
    with pytest.raises(JavaScriptError) as raised:
        sandbox.evaluate(expression, {"doc": {}})
    assert (raised.value.name, raised.value.message) == (name, message)


def test_thrown_object(sandbox: Sandbox) -> None:
    """An object that is thrown can be had, as CouchDB's functions throw them."""
    with pytest.raises(JavaScriptError) as raised:
        sandbox.evaluate("throw {forbidden: 'not yours'}", {})
    assert raised.value.thrown == {"forbidden": "not yours"}


def test_no_end(clock: FrozenClock) -> None:
    """A program without end is stopped, whatever it catches, and the next one runs."""
    sandbox = Sandbox(clock.now, milliseconds=300)
    endless = sandbox.function("function () { try { while (true) {} } catch (error) {} }")
    with pytest.raises(JavaScriptTimeout, match="timed out after 300ms"):
        endless()
    assert sandbox.function("() => 1")() == 1


def test_no_bounds(clock: FrozenClock) -> None:
    """A program that takes ever more memory is stopped."""
    sandbox = Sandbox(clock.now, megabytes=8)
    with pytest.raises(JavaScriptError, match="out of memory"):
        sandbox.evaluate("const all = []; while (true) all.push(new Array(1000).fill(1))", {})


def test_frozen_time(clock: FrozenClock, sandbox: Sandbox) -> None:
    """`Date` shows the simulation's time, also to a function that was made before."""
    function = sandbox.function("function () { return [Date.now(), +new Date(), new Date() instanceof Date]; }")
    for _ in range(2):
        milliseconds = int(clock.now().timestamp() * 1000)
        assert function() == [milliseconds, milliseconds, True]
        clock.jump_to(clock.elapsed() + 86_400_000_000)


def test_same_chance(clock: FrozenClock) -> None:
    """`Math.random` draws the same numbers in every run."""
    draws = [Sandbox(clock.now).evaluate("[Math.random(), Math.random()]", {}) for _ in range(2)]
    assert draws[0] == draws[1]
    assert 0 <= draws[0][0] < 1
    assert draws[0][0] != draws[0][1]


def test_functions_share_an_engine(sandbox: Sandbox) -> None:
    """A function is called with JSON values; what it leaves in global variables stays."""
    count = sandbox.function("function (by) { total = (typeof total === 'number' ? total : 0) + by; return total; };")
    assert [count(1), count(2)] == [1, 3]


def test_no_function(sandbox: Sandbox) -> None:
    """Text that is no function is refused in CouchDB's words."""
    with pytest.raises(JavaScriptError, match="Expression does not eval to a function"):
        sandbox.function("1 + 1")


# Text of a date, and what Node gives for it where the machine is in UTC.
DATES = {
    "new Date(2026, 0, 15, 10).toISOString()": "2026-01-15T10:00:00.000Z",
    "new Date('2026-01-15T10:00').toISOString()": "2026-01-15T10:00:00.000Z",
    "new Date('2026-01-15').toISOString()": "2026-01-15T00:00:00.000Z",
    "new Date('2026-01-15T10:00+05:45').toISOString()": "2026-01-15T04:15:00.000Z",
    "new Date('Jan 15, 2026').toISOString()": "2026-01-15T00:00:00.000Z",
    "new Date('Thu, 15 Jan 2026 10:00:00 GMT').toISOString()": "2026-01-15T10:00:00.000Z",
    "String(new Date(0))": "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)",
    "new Date(0).toLocaleString()": "1/1/1970, 12:00:00\u202fAM",
    "new Date(0).getHours()": 0,
    "(d => (d.setHours(25), d.getDate()))(new Date(0))": 2,
    "new Date(0).getTimezoneOffset()": 0,
    "String(new Date('no date'))": "Invalid Date",
    "new Date(new Date(5)).getTime()": 5,
    "new Date('x').getTime()": None,
}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/New_York"])
def test_local_time(zone: str) -> None:
    """Local time is UTC on a machine in any zone."""
    program = (
        "import sys, json; from datetime import datetime, UTC\n"
        "from rapidpro_simulator.cht.javascript import Sandbox\n"
        "sandbox = Sandbox(lambda: datetime(2026, 1, 1, tzinfo=UTC))\n"
        "print(json.dumps([sandbox.evaluate(each, {}) for each in json.loads(sys.argv[1])]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, json.dumps(list(DATES))],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(answer.stdout) == list(DATES.values())
