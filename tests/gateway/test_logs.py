"""What is written down, and what never is."""

from __future__ import annotations

import json
import logging
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
