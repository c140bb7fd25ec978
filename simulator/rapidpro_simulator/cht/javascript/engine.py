"""The door to the JavaScript engine: expressions and functions over JSON values, in the simulation's frozen time.

The engine is QuickJS; a program has the language and nothing else: no files, network, timers, `process`, `require`.
Local time is UTC. There is no `Intl`: a program that asks for it throws.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

# Not from `quickjs`: that starts a thread of its own when it is imported.
from _quickjs import Context, JSException

from rapidpro_simulator.cht.javascript.errors import UNDEFINED, JavaScriptError, JavaScriptTimeout
from rapidpro_simulator.cht.javascript.values import milliseconds, parse_json
from rapidpro_simulator.cht.javascript.wording import as_node_says

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

MILLISECONDS = 5_000  # CouchDB gives its functions as long: os_process_timeout
MEGABYTES = 64


class Sandbox:
    """Runs JavaScript that cannot reach beyond what it is handed.

    `now` tells the time that `Date` shows. `milliseconds` is the processor time that one call may take, `megabytes`
    the memory of the engine. `Math.random` draws the same numbers after every start, from `seed`.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        milliseconds: int = MILLISECONDS,
        megabytes: int = MEGABYTES,
        seed: int = 1,
    ) -> None:
        self._now = now
        self._milliseconds = milliseconds
        self._megabytes = megabytes
        self._seed = seed
        self._engine: Engine | None = None

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        """Return what `expression` gives with `variables` and nothing else, as Node's `vm.runInNewContext` does.

        The answer is as `JSON.stringify` writes it: NaN and Infinity are None, a date is a text; `UNDEFINED` where it
        would write nothing. Raises `JavaScriptError`. Nothing that the expression leaves behind is seen by another.
        """
        return self._evaluate("evaluate", expression, variables)

    def holds(self, expression: str, variables: Mapping[str, Any]) -> bool:
        """Say whether what `expression` gives counts as true, functions and infinity included. Raises as `evaluate`."""
        return bool(self._evaluate("holds", expression, variables))

    def function(self, source: str) -> Callable[..., Any]:
        """Return the function that `source` stands for, to be called with JSON values.

        Functions of one sandbox share an engine: what one leaves in global variables, another finds. Raises
        `JavaScriptError` where `source` is no function; so do calls where the function throws.
        """
        engine = self.engine
        number = engine.call("compile", source)

        def call(*arguments: Any) -> Any:
            return engine.call("apply", [number, arguments])

        return call

    @property
    def engine(self) -> Engine:
        """The engine that the functions of this sandbox share; started when it is first needed."""
        if self._engine is None:
            self._engine = self._start()
        return self._engine

    def _evaluate(self, operation: str, expression: str, variables: Mapping[str, Any]) -> Any:
        if leaves_nothing(expression):
            return self.engine.call(operation, [expression, variables])
        return self._start().call(operation, [expression, variables])

    def _start(self) -> Engine:
        return Engine(self._now, self._milliseconds, self._megabytes, self._seed)


class Engine:
    """One started engine: a language, a clock, and programs of ours that a caller adds."""

    def __init__(self, now: Callable[[], datetime], milliseconds: int, megabytes: int, seed: int) -> None:
        self._now = now
        self._milliseconds = milliseconds
        self._context = Context()
        self._context.set_memory_limit(megabytes << 20)
        self._context.set_time_limit(milliseconds / 1000)
        self._operate = self._context.eval(program("cht.javascript", "sandbox.js"))(
            program("cht.javascript", "date.js")
        )
        self._run("seed", json.dumps(seed))

    def add(self, source: str) -> None:
        """Run a program of ours: it is a function that is handed the operations, and adds its own to them."""
        self.call("add", source)

    def call(self, operation: str, argument: Any) -> Any:
        """Return what an operation gives for `argument`, a JSON value; `UNDEFINED` where JSON writes nothing.

        Raises as `call_with`.
        """
        return self.call_with(operation, json.dumps(argument))

    def call_with(self, operation: str, argument: str) -> Any:
        """Return what an operation gives for the JSON text `argument`; `UNDEFINED` where JSON writes nothing.

        Raises `JavaScriptError`, and `JavaScriptTimeout` for what takes more than its time.
        """
        outcome: dict[str, Any] = parse_json(self._run(operation, argument))
        if failure := outcome.get("failure"):
            thrown = failure.get("thrown", UNDEFINED)
            raise JavaScriptError(failure["name"], as_node_says(failure["message"]), thrown)
        return outcome.get("value", UNDEFINED)

    def _run(self, operation: str, argument: str) -> str:
        try:
            # The engine cuts a whole number from Python to 32 bits.
            return str(self._operate(operation, argument, float(milliseconds(self._now()))))
        except JSException as error:
            raise self._beyond_limits(str(error)) from None

    def _beyond_limits(self, text: str) -> JavaScriptError:
        name, _, message = text.partition("\n")[0].partition(": ")
        if message == "interrupted":
            return JavaScriptTimeout(self._milliseconds)
        return JavaScriptError(name, as_node_says(message))


# What may change an engine, or tell one from another: assignments, declarations, the way to built-in objects.
_LASTING = re.compile(
    r"(?<![=!<>])=(?![=>])|<<=|>>=|\+\+|--|\\|`"
    r"|\b(?:var|let|const|function|class|this|globalThis|eval|Function|Reflect|Proxy|Symbol|random|delete|import|with|async)\b"
    r"|constructor|prototype|__|assign|define|freeze|seal|prevent|Prototype"
)


@lru_cache(maxsize=1024)
def leaves_nothing(expression: str) -> bool:
    """Say whether `expression` can be seen to leave an engine as it was: the next one may then run in the same engine.

    Starting an engine takes 20 times as long as most expressions.
    """
    return _LASTING.search(expression) is None


@cache
def program(package: str, name: str) -> str:
    """Return the text of a program of ours, which lies beside the code that runs it."""
    return (resources.files(f"rapidpro_simulator.{package}") / name).read_text(encoding="utf-8")
