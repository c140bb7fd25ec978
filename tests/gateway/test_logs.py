"""What is written down, and what never is."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Literal

import pytest

from cht_rapidpro_gateway import logs
from cht_rapidpro_gateway.configuration import LogSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = ("tökén-1", 'pass"word\\', "")


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    root.handlers.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("kind", ["json", "text"])
def test_no_secret_is_written(kind: Literal["json", "text"], capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in a message nor in the story of a defect, however its letters have to be written."""
    logs.configure(LogSettings(level="info", format=kind), SECRETS)
    log = logging.getLogger("gateway.test")
    log.debug("nothing of this")
    log.warning("a header with %s", SECRETS[0])
    try:
        raise ValueError(SECRETS[1])
    except ValueError:
        log.exception("a defect with half a character \ud800")
    written = capsys.readouterr().err
    assert "nothing of this" not in written
    assert logs.HIDDEN in written
    assert not any(secret in written or json.dumps(secret)[1:-1] in written for secret in SECRETS[:2])


def test_each_line_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A line has its time, its level, who says it, and what; a defect has its story."""
    logs.configure(LogSettings(), ())
    try:
        raise ValueError("what happened")
    except ValueError:
        logging.getLogger("gateway.test").exception("a defect:\nof two lines")
    [line] = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "gateway.test", "a defect:\nof two lines")
    assert "what happened" in entry["exception"]


@pytest.mark.parametrize(("level", "written"), [("debug", 3), ("info", 2), ("error", 1)])
def test_levels(level: Literal["debug", "info", "error"], written: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What is below the level is not written."""
    logs.configure(LogSettings(level=level), ())
    log = logging.getLogger("gateway.test")
    log.debug("a")
    log.info("b")
    log.error("c")
    assert len(capsys.readouterr().err.splitlines()) == written


def test_a_secret_in_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the longer one is left, whichever comes first."""
    logs.configure(LogSettings(format="text"), ("bcd", "abcde", "cd"))
    logging.getLogger("gateway.test").warning("it is abcde, not bcd")
    assert "it is ***, not ***" in capsys.readouterr().err


def test_lines_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for people: when, how bad, who, what."""
    logs.configure(LogSettings(format="text"), ())
    logging.getLogger("gateway.test").warning("careful")
    [line] = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING gateway\.test: careful", line)


def test_letters_and_times(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON keeps letters as they are, and times in UTC to the millisecond."""
    logs.configure(LogSettings(), ())
    logging.getLogger("gateway.test").warning("tökén")
    [line] = capsys.readouterr().err.splitlines()
    assert '"message": "tökén"' in line
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", json.loads(line)["time"])
