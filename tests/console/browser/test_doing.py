"""What somebody does at the console, with a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.patience import PATIENCE

from .conftest import SENDING
from .test_panels import FLOW
from .visitor import PHONE

if TYPE_CHECKING:
    from .conftest import MakeVisitor
    from .visitor import Visitor


def test_texting(visit: MakeVisitor) -> None:
    """A text from the phone starts a flow, whose answer is seen as it comes, and whose path is drawn."""
    visitor = visit(f'{SENDING}\nAnd the flows of "{FLOW}" in the workspace "Old"')
    visitor.text("JOIN")
    visitor.done()
    chat = visitor.panel("phones")
    expect(chat.locator("li.in")).to_contain_text("JOIN")
    visitor.press("+1 min")
    expect(chat.locator("li.out")).to_contain_text("Welcome! Which language do you speak?")
    expect(chat.locator("li.out")).to_contain_text("English · Chichewa")
    expect(visitor.panel("sequence").get_by_text("“JOIN”", exact=True)).to_be_visible()
    visitor.panel("flows").locator("summary").click()
    expect(visitor.panel("flows")).to_contain_text("1 run, the last one waiting")
    assert visitor.panel("flows").locator(".node .good").count() >= 1


def test_sending(visitor: Visitor) -> None:
    """CHT sends as many messages as are asked for, in the workspace that it was switched to."""
    messages = visitor.section("Messages of CHT")
    messages.get_by_label("Workspace").select_option("New")
    visitor.press("Switch CHT to it")
    visitor.done()
    messages.get_by_label("How many").fill("3")
    visitor.press("Let CHT send")
    rows = visitor.panel("messages").locator("tbody tr")
    expect(rows).to_have_count(3)
    visitor.press("+10 min")
    expect(rows.first).to_contain_text("delivered New, broadcast")


def test_the_gateway(visitor: Visitor) -> None:
    """The gateway crashes when it is told to."""
    visitor.press("Do it")
    expect(visitor.panel("sequence").locator("text.bad", has_text="crash")).to_be_visible()


def test_a_fault(visitor: Visitor) -> None:
    """A fault is added, strikes, and is taken away."""
    visitor.section("Faults").get_by_label("Requests").select_option("broadcast")
    visitor.press("Add")
    faults = visitor.panel("faults").get_by_role("listitem")
    expect(faults).to_contain_text("status 500")
    visitor.press("Let CHT send")
    visitor.press("+10 min")
    expect(visitor.panel("sequence").locator("text.bad", has_text="POST /api/v2/broadcasts → 500")).to_be_visible()
    visitor.press("take away")
    expect(faults.get_by_role("button", name="take away")).to_have_count(0)
    visitor.press("+10 min")
    expect(visitor.panel("messages").locator("tbody tr")).to_contain_text("delivered Old")


def test_the_clock(visitor: Visitor) -> None:
    """The clock is moved by what a button says, made faster, and paused."""
    clock = visitor.panel("clock")
    before = clock.locator("time").get_attribute("datetime") or ""
    visitor.press("+1 h")
    hour = f"{int(before[11:13]) + 1:02}"
    expect(clock.locator("b")).to_have_text(f"{hour}{before[13:19]}")
    visitor.press("×60")
    expect(clock).to_contain_text("×60")
    visitor.press("Pause")
    expect(clock).to_contain_text("paused")


def test_search(visitor: Visitor) -> None:
    """The journal shows what was asked for, also when more happens; what cannot be asked is said."""
    visitor.text("first")
    visitor.search("message.created")
    found = visitor.panel("journal").get_by_role("listitem")
    expect(found).to_have_count(1)
    visitor.text("second")
    expect(found).to_have_count(2)
    visitor.search("since=yesterday")
    expect(visitor.panel("journal")).to_contain_text("Invalid isoformat string")


def test_saying(visitor: Visitor) -> None:
    """Any sentence can be said, and what it did is seen."""
    visitor.say(f'When {PHONE} texts "Hello" to the workspace "New"', "And 1 minute passes")
    expect(visitor.panel("phones")).to_contain_text("Hello")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("When 1 hour pases", "1 hour passes"),
        ('When the instance is switched to the workspace "Nwe"', "New"),
        ('Then the workspace "Old" has 7 messages', "expected 7 messages"),
        ("and so on", "one begins with Given, When or Then"),
    ],
)
def test_what_cannot_be_said(visitor: Visitor, sentence: str, words: str) -> None:
    """What cannot be done is said in words, with what was meant."""
    visitor.say(sentence)
    notice = visitor.page.locator("#notice")
    expect(notice).to_contain_text(words)
    expect(notice).to_have_class("bad")


def test_what_happens_elsewhere(visitor: Visitor) -> None:
    """What others do in the world is seen without asking."""
    visitor.world.say(f'When {PHONE} texts "From a program" to the workspace "Old"').result(PATIENCE)
    expect(visitor.panel("phones")).to_contain_text("From a program")
    expect(visitor.panel("sequence").get_by_text("“From a program”", exact=True)).to_be_visible()


def test_another_world(visitor: Visitor) -> None:
    """Another world is made of sentences, and looked at; the first one is a link away."""
    visitor.page.get_by_role("link", name="all worlds").click()
    visitor.page.get_by_label("Name").fill("second")
    visitor.press("Make it")
    expect(visitor.page.get_by_role("heading", name="second")).to_be_visible()
    expect(visitor.panel("sequence")).to_contain_text("gateway starts")
    visitor.page.get_by_role("link", name=visitor.world.name).click()
    expect(visitor.page.get_by_role("heading", name=visitor.world.name)).to_be_visible()


def test_another_world_that_cannot_be(visitor: Visitor) -> None:
    """Why a world cannot be made is said in words."""
    visitor.page.get_by_role("link", name="all worlds").click()
    visitor.page.get_by_label("What there is in it").fill('Given a RapidPro worskpace "Main"')
    visitor.press("Make it")
    expect(visitor.page.locator("#notice")).to_contain_text("RapidPro workspace")
