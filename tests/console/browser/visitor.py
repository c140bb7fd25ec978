"""Somebody who looks at the console of a world, and does what it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.console.api import TOKEN
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator

    from rapidpro_simulator.served.world import ServedWorld
    from tests.console.api import Api


MILLISECONDS = 1000
PHONE = "+254712345678"
# Who looks later than after three seconds, as a busy machine does, would see nothing.
NOTICES_STAY = """{
  const later = window.setTimeout;
  window.setTimeout = (act, delay, ...more) => delay === 3000 || delay === 12000 ? 0 : later(act, delay, ...more);
}"""


class Visitor:
    """A window with the console of a world; `how` it looks is Playwright's (`color_scheme`, `viewport`)."""

    def __init__(self, browser: Browser, address: Api, world: ServedWorld, **how: Any) -> None:
        self.world = world
        self.complaints: list[str] = []  # of the browser: a script that failed, what the policy forbids
        self._address = address
        self._context = browser.new_context(
            accept_downloads=True, **{"viewport": {"width": 1400, "height": 1000}, **how}
        )
        self._context.set_default_timeout(PATIENCE * MILLISECONDS)
        self._context.add_init_script(NOTICES_STAY)
        self.page = self._context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self) -> None:
        """Come in with the token, as the line that `serve` prints has it, and go to the world."""
        self.page.goto(f"{self._address.url}/?token={TOKEN}")
        self.page.goto(f"{self._address.url}/worlds/{self.world.name}")
        expect(self.panel("clock")).to_contain_text("entries")

    def leave(self) -> None:
        """Close the window."""
        self._context.close()

    def panel(self, name: str) -> Locator:
        """Return what a panel shows."""
        return self.page.locator(f"#{name}")

    def section(self, title: str) -> Locator:
        """Return a panel with what belongs to it: its heading and its forms."""
        return self.page.get_by_role("region", name=title, exact=True)

    def press(self, button: str) -> None:
        """Press a button, and wait until the server has answered: what is pressed next is done next."""
        with self.page.expect_response(lambda response: response.request.method != "GET"):
            self.page.get_by_role("button", name=button, exact=True).click()

    def search(self, question: str) -> None:
        """Search the journal."""
        self.page.get_by_label("Find").fill(question)
        self.page.get_by_role("button", name="Search", exact=True).click()

    def done(self) -> None:
        """See that what was asked for is done."""
        expect(self.page.locator("#notice")).to_have_text("done")

    def say(self, *sentences: str) -> None:
        """Say sentences in the panel for it."""
        self.page.get_by_label("Sentences, as a scenario has them").fill("\n".join(sentences))
        self.press("Say")

    def text(self, text: str, workspace: str = "Old") -> None:
        """Text from the phone."""
        phones = self.section("Phones")
        phones.get_by_label("Text").fill(text)
        phones.get_by_label("To").select_option(workspace)
        self.press("Send")

    def _note(self, message: ConsoleMessage) -> None:
        # That a request was refused is shown on the page, in words.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)
