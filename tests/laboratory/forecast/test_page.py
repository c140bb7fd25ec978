"""The page of a forecast in a browser: wherever somebody looks at it, nothing is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.forecast.incident import Consumer, Incident, OpenMessages, Work
from rapidpro_simulator.laboratory.forecast.page import page
from rapidpro_simulator.laboratory.forecast.run import forecast
from tests.support.browser import browser

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["browser"]
A4 = 718  # pixels between usual margins
PHONE = 380
INCIDENT = Incident(
    days=1 / 24,
    seeds=1,
    open=(OpenMessages("sent", 9),),
    consumer=(Consumer("what the ministry shows on its wall"), Consumer("the nightly export")),
    work=(Work(2400),),
)
WIDER_THAN_THEIR_FRAMES = """
[...document.querySelectorAll('body, .wide')].filter(each => each.scrollWidth > each.clientWidth).length
"""


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Page:
    """Return the page of a forecast, as wide as a phone."""
    file = tmp_path / "forecast.html"
    file.write_text(page(forecast(INCIDENT, processes=1)), encoding="utf-8")
    shown = browser.new_page(viewport={"width": PHONE, "height": 800})
    shown.goto(file.as_uri())
    return shown


def test_a_phone_scrolls_what_is_wide(shown: Page) -> None:
    """The picture and the tables are wider than it, the page is not."""
    assert shown.evaluate("document.documentElement.scrollWidth") == PHONE
    assert shown.evaluate(WIDER_THAN_THEIR_FRAMES) >= 1


def test_paper_has_all_of_it(shown: Page) -> None:
    """Printed, the picture and the tables end where the paper does."""
    shown.set_viewport_size({"width": A4, "height": 1000})
    shown.emulate_media(media="print")

    assert shown.evaluate(WIDER_THAN_THEIR_FRAMES) == 0
