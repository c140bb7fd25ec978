"""Nobody's text runs in the browser, and nobody else's page is answered."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.api import TOKEN

from .conftest import SENDING
from .visitor import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.console.api import Api

    from .conftest import MakeVisitor
    from .visitor import Visitor

EVIL = "<img src=x onerror=document.title='taken'>"


def test_a_text_is_text(visit: MakeVisitor) -> None:
    """What looks like a part of a page is shown as it was written, in every panel and in the dialog."""
    visitor = visit(
        f'{SENDING}\nWhen a pending message to "{PHONE}" with the text "{EVIL}" is added\nAnd 3 minutes pass'
    )
    visitor.text(EVIL)
    for panel in ("sequence", "phones", "messages", "journal"):
        expect(visitor.panel(panel)).to_contain_text(EVIL)
    visitor.panel("messages").get_by_role("button", name=": 201").click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text(EVIL)
    visitor.page.keyboard.press("Escape")
    visitor.say(f"When {EVIL}")
    expect(visitor.page.locator("#notice")).to_contain_text(EVIL)
    assert visitor.page.locator("img").count() == 0
    assert "taken" not in visitor.page.title()


def test_a_script_of_others_does_not_run(visitor: Visitor) -> None:
    """The policy of the page forbids what was not served by this server, wherever it comes from."""
    visitor.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\">')")
    visitor.page.evaluate(
        "() => { const s = document.createElement('script'); s.text = 'document.title = 2'; document.body.append(s); }"
    )
    expect(visitor.page.locator("img")).to_have_count(1)
    assert visitor.page.title().startswith(visitor.world.name)
    while len(visitor.complaints) < 2:
        visitor.page.wait_for_event("console")
    assert all("Content Security Policy" in each for each in visitor.complaints), visitor.complaints
    visitor.complaints.clear()


def test_a_secret_is_hidden(visitor: Visitor) -> None:
    """A token that somebody says is shown nowhere in the journal, and in no picture."""
    token = visitor.world.read(lambda live: live.simulation.hosts["textit.com"].workspace("Old").token.key).result()
    visitor.text(f"my token is {token}")
    expect(visitor.panel("sequence")).to_contain_text("my token is [hidden]")
    expect(visitor.panel("journal")).to_contain_text("my token is [hidden]")
    assert token not in visitor.panel("sequence").inner_html() + visitor.panel("journal").inner_html()


def test_without_the_token(browser: Browser, address: Api) -> None:
    """Who has no token is told how to come in; a wrong one is refused."""
    page = browser.new_page()
    assert "present the token that `serve` has printed" in said(page.goto(f"{address.url}/"))
    assert "this is not the token" in said(page.goto(f"{address.url}/?token=guessed"))
    page.close()


def test_the_token_does_not_stay_in_the_address(visitor: Visitor) -> None:
    """The token goes into a cookie that no script can read, and leaves the address."""
    assert TOKEN not in visitor.page.url
    assert visitor.page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {}])
def test_a_page_of_others(visitor: Visitor, address: Api, headers: dict[str, str]) -> None:
    """What a page of somebody else's has the browser send changes nothing, cookie or not."""
    headers = {"Cookie": f"rapidpro-simulator={TOKEN}", **headers}
    assert status(address, "POST", f"/v1/worlds/{visitor.world.name}/clock/advance", headers) == 401


def test_another_name_of_this_machine(address: Api) -> None:
    """A name that leads here by somebody's trick is not answered."""
    assert status(address, "GET", "/", {"Host": "evil.example.org"}) == 421


def said(response: object) -> str:
    assert hasattr(response, "text")
    return str(response.text())


def status(address: Api, method: str, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", address.port)
    connection.request(method, path, body="{}" if method == "POST" else None, headers=headers)
    try:
        return connection.getresponse().status
    finally:
        connection.close()
