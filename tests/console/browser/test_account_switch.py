"""The account switch that burns the quota, played from the console alone, saved, and run again."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.patience import PATIENCE

from .visitor import PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import MakeVisitor

WORLD = """
Given RapidPro workspaces "Old" and "New" on "textit.com"
And messages of the workspace "Old" become wired
And a CHT 4.10 instance that sends through the workspace "Old"
"""


def test_the_account_switch(visit: MakeVisitor, tmp_path: Path) -> None:
    """Who plays it with the mouse sees the quota run out; what is saved is green, and tells of the same end."""
    visitor = visit(WORLD)
    messages, quotas = visitor.section("Messages of CHT"), visitor.panel("quotas")

    visitor.say('Given the workspace "New" may make 20 requests an hour in the scope "v2.messages"')
    visitor.done()
    messages.get_by_role("textbox", name="To").fill(PHONE)
    messages.get_by_label("How many").fill("3")
    visitor.press("Let CHT send")
    expect(visitor.panel("messages").locator("tbody tr")).to_have_count(3)
    visitor.press("+1 min")
    visitor.text("I am here")
    visitor.press("+1 min")
    expect(visitor.panel("phones")).to_contain_text("I am here")

    messages.get_by_label("Workspace").select_option("New")
    visitor.press("Switch CHT to it")
    visitor.press("+1 min")
    meter = quotas.locator("svg", has_text="New · v2.messages")
    expect(meter).to_contain_text("of 20")
    expect(meter.locator("rect.fill-good")).to_be_visible()
    visitor.press("+10 min")
    expect(meter).to_contain_text("20 of 20")
    expect(meter.locator("rect.fill-bad").first).to_be_visible()
    expect(visitor.panel("sequence").locator("text.bad", has_text="→ 429").first).to_be_visible()

    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Save as scenario").click()
    feature = tmp_path / download.value.suggested_filename
    download.value.save_as(feature)
    saved = feature.read_text(encoding="utf-8")
    assert 'the workspace "New" has answered 20 status requests' in saved
    # Its last sentences are true in the world, too: both ended equal.
    visitor.world.say(saved[saved.index("Then ") :]).result(PATIENCE)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", feature.name],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert "1 passed" in run.stdout
