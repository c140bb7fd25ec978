"""Everybody can use the console: with a keyboard, with a screen reader, in the dark, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_panels import SENT

if TYPE_CHECKING:
    from .conftest import MakeVisitor
    from .visitor import Visitor

WIDE: dict[str, Any] = {"viewport": {"width": 1400, "height": 1000}}
NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
DARK: dict[str, Any] = {"color_scheme": "dark"}
LOOKS = {"light": WIDE, "dark": WIDE | DARK, "a phone": NARROW, "a phone in the dark": NARROW | DARK}
MOST_KEYS = 200


@pytest.mark.parametrize("look", LOOKS)
def test_axe(visit: MakeVisitor, look: str) -> None:
    """Axe has nothing to say, of a full page and of the dialog with an entry."""
    visitor = visit(SENT, **LOOKS[look])
    entry = visitor.panel("messages").get_by_role("button", name=": 201")
    expect(entry).to_be_visible()
    assert axe_of(visitor) == ""
    entry.click()
    expect(visitor.page.get_by_role("heading", name="Entry")).to_be_visible()
    assert axe_of(visitor) == ""


def test_axe_where_nothing_is(visit: MakeVisitor) -> None:
    """Axe has nothing to say of a page of which all panels are empty."""
    visitor = visit("")
    expect(visitor.panel("flows")).to_contain_text("There are no flows")
    assert axe_of(visitor) == ""


def test_no_sideways_scrolling_on_a_phone(visit: MakeVisitor) -> None:
    """On a phone the page is as wide as the screen; what is wider scrolls by itself."""
    visitor = visit(SENT, **NARROW)
    expect(visitor.panel("messages").locator("tbody tr")).to_be_visible()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= NARROW["viewport"]["width"]


def test_keys_only(visit: MakeVisitor) -> None:
    """Somebody without a mouse texts, looks at an entry, and is where they were when it is closed."""
    visitor = visit(SENT)
    keyboard = visitor.page.keyboard
    expect(visitor.panel("journal").get_by_role("button").first).to_be_visible()
    tab_to(visitor, "#phones-title ~ form input[name=text]")
    keyboard.type("By keys")
    keyboard.press("Enter")
    expect(visitor.panel("phones")).to_contain_text("By keys")
    expect(visitor.section("Phones").get_by_role("button", name="Send")).to_be_focused()
    tab_to(visitor, "#journal [data-entry]")
    number = visitor.page.evaluate("document.activeElement.dataset.entry")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name=f"Entry {number}")).to_be_visible()
    keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    assert visitor.page.evaluate("document.activeElement.dataset.entry") == number


def test_every_control_is_reached(visit: MakeVisitor) -> None:
    """All that can be pressed or filled in is reached with the Tab key, and shows that it is."""
    visitor = visit()
    expect(visitor.panel("journal").get_by_role("button").first).to_be_visible()
    wanted = {"Pause", "+1 day", "Save as scenario", "from", "text", "Send", "count", "Switch CHT to it", "Add", "find"}
    for _ in range(MOST_KEYS):
        visitor.page.keyboard.press("Tab")
        wanted.discard(visitor.page.evaluate(NAME_OF_FOCUS))
        assert visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if not wanted:
            break
    assert wanted == set()


NAME_OF_FOCUS = "document.activeElement.name || document.activeElement.textContent.trim()"


def tab_to(visitor: Visitor, selector: str) -> None:
    """Press the Tab key until what `selector` says has the focus."""
    for _ in range(MOST_KEYS):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached with the Tab key")


def axe_of(visitor: Visitor) -> str:
    """Return what axe complains of."""
    results = Axe().run(visitor.page)
    return results.generate_report() if results.violations_count else ""
