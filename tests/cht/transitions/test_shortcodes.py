"""Shortcodes: their check digit, and what happens when all are taken (cht-sentinel 10.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.transitions.shortcodes import check_digit, new_shortcode
from rapidpro_simulator.world.seed import Stream
from tests.support.document_store import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Office


@pytest.mark.parametrize(("digits", "digit"), [("1234", "8"), ("1324", "9"), ("0000", "0"), ("0005", "0")])
def test_check_digit(digits: str, digit: str) -> None:
    """The last digit checks the others; ten is written as 0."""
    assert check_digit(digits) == digit


def test_length(office: Callable[..., Office]) -> None:
    """Numbers are as long as a document says."""
    cht = office({"transitions": {}})
    cht.world.put({"_id": "shortcode-id-length", "current_length": 7})
    assert len(run(new_shortcode(cht.world.sentinel.context))) == 7


class OneNumber(Stream):
    """A stream that draws the same number for ever."""

    def randrange(self, *_: Any) -> int:
        return 7


def test_all_are_taken(office: Callable[..., Office]) -> None:
    """When every candidate is somebody's, numbers get a digit longer, and stay so."""
    cht = office({"transitions": {}})
    context = cht.world.sentinel.context
    context.stream = OneNumber()
    first = run(new_shortcode(context))
    cht.world.put({"_id": "taken", "case_id": first})
    assert (first, len(run(new_shortcode(context)))) == ("0007" + check_digit("0007"), 6)
    assert cht.get("shortcode-id-length")["current_length"] == 6
