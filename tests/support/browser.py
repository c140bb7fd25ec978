"""Debian's chromium, for tests of what people look at."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from .patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")
MILLISECONDS = 1000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the browser; a module's, as Playwright keeps an event loop in the thread of the tests meanwhile."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine; `apt-get install chromium` brings it")
    expect.set_options(timeout=PATIENCE * MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
