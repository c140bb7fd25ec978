"""CouchDB's query server: it runs the functions of design documents, and knows of no database."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.cht.javascript import JavaScriptError, JavaScriptTimeout, Sandbox
from rapidpro_simulator.cht.javascript.engine import MILLISECONDS, program

from .errors import CouchError, Forbidden, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rapidpro_simulator.cht.javascript.engine import Engine

    from .documents import JSON

BATCH = 64  # documents that are mapped by one call
OUT_OF_MEMORY = "out of memory"

Log = list[str]


class QueryServer:
    """One engine for all design documents of a server, started when the first function is needed.

    `now` tells the time that functions see, `milliseconds` is the processor time that one call may take. Functions are
    known by the numbers that `load` gives them.
    """

    _complaints: ClassVar[dict[str, str | None]] = {}  # of the whole process: a text is a function or it is none

    def __init__(self, now: Callable[[], datetime], milliseconds: int = MILLISECONDS) -> None:
        self._now = now
        self._milliseconds = milliseconds

    def complaint(self, source: str) -> str | None:
        """Return why `source` is no function, or None where it is one."""
        if source not in self._complaints:
            engine = self._engine
            try:
                engine.call("check", source)
            except JavaScriptError as error:
                self._complaints[source] = error.message
            else:
                self._complaints[source] = None
        return self._complaints[source]

    def load(self, source: str, design: JSON) -> int:
        """Return the number of a function of the design document `design`. Raises `CouchError` where it is none."""
        engine = self._engine
        try:
            number: int = engine.call("load", {"source": source, "design": design})
        except JavaScriptError as error:
            raise CouchError("compilation_error", str(error)) from None
        return number

    def map(self, numbers: Sequence[int], documents: Sequence[str]) -> tuple[list[Any], Log]:
        """Return for each of the documents (as JSON) what each map function emitted, and what was logged.

        A function that throws emits nothing, which is logged. Raises `CouchError` for a function without end.
        """
        rows: list[Any] = []
        log: Log = []
        for start in range(0, len(documents), BATCH):
            batch = ",".join(documents[start : start + BATCH])
            answer = self._run("map", f'{{"numbers":{json.dumps(numbers)},"documents":[{batch}]}}')
            rows += answer["rows"]
            log += answer["log"]
        return rows, log

    def filter(self, number: int, documents: Sequence[str], request: JSON) -> tuple[list[bool], Log]:
        """Return which of the documents (as JSON) a filter function lets through. Raises `CouchError` if it throws."""
        text = f'{{"number":{number},"documents":[{",".join(documents)}],"request":{json.dumps(request)}}}'
        answer = self._run("filter", text)
        return answer["rows"], answer["log"]

    def validate(self, number: int, values: Sequence[Any]) -> Log:
        """Ask a `validate_doc_update` function. Raises what it throws: `Forbidden`, `Unauthorized`, `CouchError`."""
        log: Log = self._run("validate", json.dumps({"number": number, "values": values}))["log"]
        return log

    def reduce(self, number: int, keys: Sequence[Any], values: Sequence[Any], *, rereduce: bool) -> Any:
        """Return what a reduce function makes of `values`; `keys` are pairs of key and document."""
        argument = {"number": number, "keys": keys, "values": values, "rereduce": rereduce}
        return self._run("reduce", json.dumps(argument))["rows"][0]

    @cached_property
    def _engine(self) -> Engine:
        engine = Sandbox(self._now, milliseconds=self._milliseconds).engine
        engine.add(program("cht.couch", "query_server.js"))
        return engine

    def _run(self, operation: str, argument: str) -> Any:
        engine = self._engine
        try:
            return engine.call_with(operation, argument)
        except JavaScriptTimeout:
            raise CouchError("os_process_error", "OS process timed out.") from None
        except JavaScriptError as error:
            raise _as_couch_says(error) from None


def _as_couch_says(error: JavaScriptError) -> CouchError:
    if isinstance(error.thrown, dict):
        for name, kind in (("forbidden", Forbidden), ("unauthorized", Unauthorized)):
            if name in error.thrown:
                return kind(error.thrown[name])
        if "error" in error.thrown and "reason" in error.thrown:
            return CouchError(str(error.thrown["error"]), str(error.thrown["reason"]))
    if error.message == OUT_OF_MEMORY:
        return CouchError("os_process_error", "{exit_status,1}")
    return CouchError(error.name or "unknown_error", error.message)
