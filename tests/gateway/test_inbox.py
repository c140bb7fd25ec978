"""Messages from phones: stored once, forwarded until CHT has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cht_rapidpro_gateway.inbox import Inbox

    from .world import Moment

pytestmark = pytest.mark.usefixtures("moment")


@pytest.mark.parametrize(
    ("second", "new"),
    [
        (("1", "+254712345678", "Hi"), False),
        (("1", "+254712345678", "Ho"), True),
        (("1", "+254712345679", "Hi"), True),
        (("2", "+254712345678", "Hi"), True),
    ],
)
def test_an_id_is_one_message_unless_its_text_is_another(
    second: tuple[str, str, str], inbox: Inbox, *, new: bool
) -> None:
    """A flow that sends the id of its run sends it more than once: another text is another message."""
    assert inbox.store("1", "+254712345678", "Hi")
    assert inbox.store(*second) is new
    assert not inbox.store(*second)
    assert len({message.id for message in inbox.waiting(10)}) == 1 + new


def test_what_cht_has_waits_no_more_and_is_forgotten_in_the_end(inbox: Inbox, moment: Moment) -> None:
    """What CHT does not have yet is never forgotten."""
    for name in ("a", "b"):
        inbox.store(name, "+254712345678", name)
    inbox.forwarded(inbox.waiting(1))
    assert ([message.id for message in inbox.waiting(10)], inbox.count_waiting()) == (["b"], 1)
    moment.passes(100)
    inbox.forget(2e9)
    assert inbox.store("a", "+254712345678", "a")
    assert not inbox.store("b", "+254712345678", "b")


def test_what_cht_may_be_storing_is_not_brought_again_at_once(inbox: Inbox, moment: Moment) -> None:
    """Whoever dies while it brings a message leaves CHT the time to store it; what CHT has refused can come at once."""
    inbox.store("a", "+254712345678", "Hi")
    inbox.bringing(inbox.waiting(10))
    moment.passes(119)
    assert (inbox.waiting(10), inbox.count_waiting()) == ([], 1)
    moment.passes(1)
    (message,) = inbox.waiting(10)
    inbox.bringing([message])
    inbox.not_brought([message])
    assert [each.id for each in inbox.waiting(10)] == ["a"]
