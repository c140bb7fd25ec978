"""What each panel shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.patience import PATIENCE

from .conftest import SENDING
from .visitor import PHONE

if TYPE_CHECKING:
    from .conftest import MakeVisitor
    from .visitor import Visitor

FLOW = Path("fixtures/flows/registration.json").resolve()
SENT = f"""{SENDING}
When a pending message to "{PHONE}" with the text "Visit tomorrow" is added
And the next broadcast request is answered with 500 after its side effect
And 5 minutes pass
"""


SCROLL_UP = """panel => new Promise(seen => {
  panel.addEventListener("scroll", seen, { once: true });
  panel.scrollTop = 0;
})"""


def test_nothing_yet(visit: MakeVisitor) -> None:
    """Where nothing has happened, each panel says so, and what to do."""
    visitor = visit("")
    expect(visitor.panel("sequence")).to_contain_text("Nothing has been said yet")
    expect(visitor.panel("quotas")).to_contain_text("There is no workspace")
    expect(visitor.panel("phones")).to_contain_text("Nobody has texted, and nobody was texted")
    expect(visitor.panel("messages")).to_contain_text("CHT has no messages")
    expect(visitor.panel("faults")).to_contain_text("Nothing goes wrong")
    expect(visitor.panel("flows")).to_contain_text("There are no flows")


def test_sequence(visit: MakeVisitor) -> None:
    """Who said what to whom, between lanes from phones to CHT; what went wrong stands out."""
    sequence = visit(SENT).panel("sequence")
    for lane in ("phones", "textit.com", "gateway"):
        expect(sequence.locator("svg text.strong", has_text=lane)).to_be_visible()
    expect(sequence.locator("text.bad", has_text="POST /api/v2/broadcasts → 500")).to_be_visible()
    expect(sequence.get_by_text("fault: status 500 after the side effect", exact=True)).to_be_visible()
    expect(sequence.get_by_text("POST /api/v2/broadcasts → 201", exact=True)).to_be_visible()


def test_quotas(visit: MakeVisitor) -> None:
    """A meter for each workspace and scope that was used, with its numbers."""
    quotas = visit(SENT).panel("quotas")
    expect(quotas.get_by_text("Old · v2.broadcasts", exact=True)).to_be_visible()
    expect(quotas.locator("svg", has_text="Old · v2.broadcasts")).to_contain_text("2 of 36,000")


def test_a_quota_that_was_refused_stands_first(visit: MakeVisitor) -> None:
    """What was refused is seen before what was only used."""
    quotas = visit(
        f"""{SENDING}
        And the workspace "Old" may make 1 request an hour in the scope "v2.messages"
        When 2 pending messages are added
        And 10 minutes pass"""
    ).panel("quotas")
    expect(quotas.locator("svg").first).to_contain_text("Old · v2.messages")
    expect(quotas.locator("svg").first).to_contain_text("1 of 1")


def test_what_nothing_was_there_for(visit: MakeVisitor) -> None:
    """A request that no endpoint is there for stands with the one that was meant."""
    visitor = visit()
    url = visitor.world.read(lambda live: live.simulation.hosts["textit.com"].live_url).result(PATIENCE)
    visitor.page.request.get(f"{url}/api/v2/mesages.json")
    panel = visitor.panel("unmatched")
    expect(panel).to_contain_text("did you mean GET /api/v2/messages")
    panel.get_by_role("button").click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("/api/v2/mesages.json")


def test_phones(visit: MakeVisitor) -> None:
    """What a phone has got, with the time and the status."""
    chat = visit(SENT).panel("phones").locator("li.out")
    expect(chat).to_have_count(2)
    expect(chat.first).to_contain_text("Visit tomorrow")
    expect(chat.first).to_contain_text("delivered")


def test_messages(visit: MakeVisitor) -> None:
    """A message stands with both its states, and with all that the gateway has tried for it."""
    row = visit(SENT).panel("messages").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("pending → received-by-gateway → delivered")
    expect(row).to_contain_text("delivered Old, broadcast 2")
    expect(row.get_by_role("button", name="500 (status 500 after the side effect)")).to_be_visible()
    expect(row.get_by_role("button", name=": 201")).to_be_visible()
    expect(row).to_contain_text("because of 500 (status 500 after the side effect)")


def test_faults(visit: MakeVisitor) -> None:
    """A fault stands with what it is about, and how often it has struck."""
    faults = visit(SENT).panel("faults")
    expect(faults).to_contain_text("status 500 after the side effect")
    expect(faults).to_contain_text("1 of 1 struck")


def test_clock(visitor: Visitor) -> None:
    """The clock of the world stands in the head, with how fast it is."""
    expect(visitor.panel("clock")).to_contain_text("2026-")
    expect(visitor.panel("clock")).to_contain_text("paused")


def test_journal(visit: MakeVisitor) -> None:
    """The journal has the latest first, in words."""
    entries = visit(SENT).panel("journal").get_by_role("button")
    expect(entries).to_have_count(50)
    first, last = (
        int(entries.first.get_attribute("data-entry") or 0),
        int(entries.last.get_attribute("data-entry") or 0),
    )
    assert first - last == 49


def test_an_entry(visit: MakeVisitor) -> None:
    """An exchange is shown whole, with its headers, its bodies set as JSON; what lets one in is hidden."""
    visitor = visit(SENT)
    visitor.panel("messages").get_by_role("button", name=": 201").click()
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Entry")).to_be_visible()
    expect(dialog).to_contain_text("/api/v2/broadcasts.json")
    expect(dialog.locator(".body").first).to_contain_text('"text": "Visit tomorrow"')
    expect(dialog.locator(".headers").first).to_contain_text("Authorization: Token [hidden]")
    expect(dialog.locator(".headers").last).to_contain_text("Content-Type: application/json")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_a_step_of_the_sequence(visit: MakeVisitor) -> None:
    """A step is clicked, or reached with the Tab and arrow keys, and shows its entry."""
    visitor = visit(SENT)
    steps = visitor.panel("sequence").locator(".entry")
    steps.last.click()
    heading = visitor.page.get_by_role("heading", name="Entry")
    expect(heading).to_have_text(f"Entry {steps.last.get_attribute('data-entry')}")
    visitor.page.keyboard.press("Escape")
    steps.last.press("ArrowUp")
    visitor.page.keyboard.press("Enter")
    expect(heading).to_have_text(f"Entry {steps.nth(-2).get_attribute('data-entry')}")


def test_the_end_stays_in_sight(visit: MakeVisitor) -> None:
    """New steps are scrolled to, unless the reader has scrolled away from the end; the lanes' names stay in sight."""
    visitor = visit(f"{SENDING}\n" + "\n".join(f'When {PHONE} texts "{n}" to the workspace "Old"' for n in range(40)))
    sequence = visitor.panel("sequence")
    expect(sequence.get_by_text("“39”", exact=True)).to_be_in_viewport()
    visitor.world.say(f'When {PHONE} texts "new" to the workspace "Old"').result(PATIENCE)
    expect(sequence.get_by_text("“new”", exact=True)).to_be_in_viewport()
    expect(sequence.locator(".lanes text").first).to_be_in_viewport()
    sequence.evaluate(SCROLL_UP)
    visitor.world.say(f'When {PHONE} texts "newer" to the workspace "Old"').result(PATIENCE)
    expect(sequence.get_by_text("“newer”", exact=True)).to_be_attached()
    expect(sequence.get_by_text("“newer”", exact=True)).not_to_be_in_viewport()


def test_what_was_opened_stays_open(visit: MakeVisitor) -> None:
    """A flow that the reader has opened, and a phone that they have closed, stay so when more happens."""
    visitor = visit(f'{SENT}\nGiven the flows of "{FLOW}" in the workspace "Old"')
    flow, phone = visitor.panel("flows").locator("details"), visitor.panel("phones").locator("details")
    flow.locator("summary").click()
    phone.locator("summary").click()
    visitor.text("JOIN")
    expect(flow).to_contain_text("1 run")
    expect(flow).to_have_attribute("open", "")
    expect(phone).not_to_have_attribute("open", "")
