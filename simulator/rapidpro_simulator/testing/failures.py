"""How a failed scenario is shown: the scenario, the step and its error first, then what is the user's own code.

Frames of the simulator, of pytest-bdd and of pytest say nothing to somebody who writes features: they are shown with
`-vv` and with `--full-trace`.
"""

from __future__ import annotations

import sys
import sysconfig
from typing import TYPE_CHECKING

from _pytest._code.code import ExceptionChainRepr, ReprEntryNative, ReprFileLocation, ReprTraceback, Traceback

from .expectations import ExpectationError
from .scenario_position import STEP, shown_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest
    from _pytest._code.code import TracebackEntry
    from pytest_bdd.parser import ScenarioTemplate

    from .scenario_position import StepPosition

MACHINERY = ("rapidpro_simulator", "pytest_bdd", "_pytest", "pluggy", "asyncio", "freezegun")
LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("purelib", "platlib", "stdlib"))
ALL_FRAMES = 2  # the verbosity from which on every frame is shown
WHERE_WITHOUT_STEP = {
    "setup": "before its first step",
    "call": "when all of its steps had passed",
    "teardown": "after its last step",
}


def show_failure(
    item: pytest.Item,
    scenario: ScenarioTemplate,
    when: str,
    failure: pytest.ExceptionInfo[BaseException],
    redact: Callable[[str], str] = str,
) -> ExceptionChainRepr:
    """Return what the report of a failed scenario begins with.

    `when` is the phase of the test that failed: `setup`, `call` or `teardown`; `redact` takes secrets out of a text.
    """
    config, error = item.config, failure.value
    step = item.stash.get(STEP, None) if when == "call" else None
    path = shown_path(scenario.feature.filename, config)
    told = [redact(line) for line in _error_lines(error)]
    place = f"{path}:{step.line}: {step.sentence}" if step else f"{path}: {WHERE_WITHOUT_STEP[when]}"
    head = [f"{path}:{scenario.line_number}: {scenario.keyword}: {scenario.name}", place]
    code = _code(item, failure, step)
    lines = [*head, *(f"E   {line}" for line in told), *_hint(error, bool(code))]
    first = ReprTraceback([ReprEntryNative([f"{line}\n" for line in lines])], None, "native")
    line = step.line if step else scenario.line_number
    crash = ReprFileLocation(path, line, "\n".join([told[0], f"at: {head[1]}"]))
    chain = [(first, crash, "" if code else None), *code]
    return ExceptionChainRepr([*chain[:-1], (chain[-1][0], crash, None)])


def show_all_frames(config: pytest.Config) -> bool:
    """Say whether the frames of the simulator and of pytest are wanted as well."""
    return bool(config.getoption("fulltrace")) or config.get_verbosity() >= ALL_FRAMES


def _error_lines(error: BaseException) -> list[str]:
    text = str(error).strip()
    name = type(error).__name__
    if name == "StepDefinitionNotFoundError":
        text = "no step has this sentence"
    elif not isinstance(error, ExpectationError):
        text = f"{name}: {text}" if text else name
    notes = [line for note in getattr(error, "__notes__", ()) for line in str(note).splitlines()]
    return [*text.splitlines(), *notes]


def _hint(error: BaseException, has_code: bool) -> Iterator[str]:
    if not has_code and not isinstance(error, AssertionError) and type(error).__name__ != "StepDefinitionNotFoundError":
        yield "(-vv shows where in the code)"


def _code(
    item: pytest.Item, failure: pytest.ExceptionInfo[BaseException], step: StepPosition | None
) -> list[tuple[ReprTraceback, ReprFileLocation | None, str | None]]:
    """Return the frames that are shown, with the errors that led to this one."""
    option = item.config.getoption
    is_all = show_all_frames(item.config)
    if not is_all and not _users_part(failure.traceback, step):
        return []
    style = option("tbstyle")
    shown = failure.getrepr(
        showlocals=option("showlocals"),
        style="long" if style == "auto" else style,
        tbfilter=False if is_all else lambda each: Traceback(_users_part(each.traceback, step) or each.traceback[-1:]),
        truncate_locals=not is_all,
    )
    if isinstance(shown, ExceptionChainRepr):
        return list(shown.chain)
    return [(shown.reprtraceback, shown.reprcrash, None)]


def _users_part(traceback: Traceback, step: StepPosition | None) -> list[TracebackEntry]:
    """Return the frames from the user's own first one on, without those of the machinery."""
    function = step.function if step else None
    is_users = _is_users(function)
    first = next((number for number, entry in enumerate(traceback) if is_users(entry)), None)
    if first is None:
        return []
    return [entry for entry in traceback[first:] if _package(entry) not in MACHINERY and not entry.ishidden(None)]


def _is_users(function: Callable[..., object] | None) -> Callable[[TracebackEntry], bool]:
    """Return what tells the user's own frames: those of a step's function, and those of no library."""
    code = getattr(function, "__code__", None)

    def is_users(entry: TracebackEntry) -> bool:
        package = _package(entry)
        if package in MACHINERY:
            return False
        if code is not None and entry.frame.code.raw is code:
            return True
        return package not in sys.stdlib_module_names and not str(entry.path).startswith(LIBRARIES)

    return is_users


def _package(entry: TracebackEntry) -> str:
    return str(entry.frame.f_globals.get("__name__", "")).partition(".")[0]
