"""Which rules (features/rules) a gateway is known not to keep, and why: expected failures, told in one table.

A rule that is kept nevertheless fails the run as well: then a line here is out of date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from . import GatewayUnderTest


@dataclass(frozen=True)
class KnownDefect:
    """A gateway of this kind does not keep a rule; CHT's own one from release `since` to `until`, both included.

    `rule` is a tag of the features: all scenarios of a rule (`R10`), or some of them (`R10a`).
    """

    rule: str
    kind: str
    reason: str
    since: str | None = None
    until: str | None = None

    def concerns(self, gateway: GatewayUnderTest) -> bool:
        """Say whether it is a defect of this gateway."""
        return (
            gateway.kind == self.kind
            and (self.since is None or gateway.release.is_since(self.since))
            and (self.until is None or gateway.release.is_until(self.until))
        )


def _cht(rule: str, reason: str, since: str | None = None, until: str | None = None) -> KnownDefect:
    return KnownDefect(rule, "cht", reason, since, until)


KNOWN_DEFECTS: tuple[KnownDefect, ...] = (
    # CHT's own gateway (cht 13, 14)
    _cht("R2a", "it sends texts as they are, and RapidPro takes @ for the beginning of an expression"),
    _cht("R3", "a message that is refused stays pending, and is tried every minute", until="4.13"),
    _cht("R4", "the 25 oldest messages are tried again and again, and no other", until="4.13"),
    _cht("R6a", "it sends whatever is pending, and does not look whether it was sent before"),
    _cht("R7", "it does not know the status read, and takes the message for queued", since="4.14"),
    _cht("R7", "it does not know the status of a new broadcast, and sends it every minute", until="4.13"),
    _cht("R8", "a status that it does not know sets the message back to queued", since="4.14"),
    _cht("R8", "it takes a status that it does not know for an error, and asks again at once", until="4.13"),
    _cht("R9", "it does not read Retry-After: the rest of the round is tried, and the next a minute later"),
    _cht("R10", "it does not read Retry-After: one question a minute goes out"),
    _cht("R11", "it asks about every open message every minute, one request each"),
    _cht("R12", "it asks about a message every minute until it is final, for ever"),
    _cht("R13", "without an answer that it can read it takes the message for unsent, or for sent without a reference"),
    _cht("R14a", "it takes any answer of success for a sent message", since="4.14"),
    _cht("R14b", "it takes a status without a reference for a sent message"),
    _cht("R14c", "it follows a redirect with a question, whose answer it takes for success", since="4.17"),
    _cht("R16a", "it waits for an answer without end, and asks nothing meanwhile", until="4.16"),
    _cht("R16a", "it waits for an answer without end, and asks nothing meanwhile", since="4.22"),
    _cht("R16b", "while a round waits for an answer, the next one sends the same messages"),
    _cht("R17", "it begins a round every minute, whether or not the last one has ended"),
    _cht("R18a", "it saves what became of a round after its last message: what is lost by then is sent again"),
    _cht("R19a", "what it cannot save is sent again every minute"),
    _cht("R20", "it tries on as if nothing had happened, and asks hundreds of times a second"),
    _cht("R21", "a question that fails is asked again at once, hundreds of times a second"),
    _cht("R22", "it does not know which account a reference belongs to"),
    _cht("R23a", "messages of the old account stay open for ever"),
    _cht("R24", "it takes the refusal for the messages' fault, and they fail for good", since="4.14"),
    _cht("R25a", "a text that it has already is refused like one that it cannot use"),
    _cht("R25b", "it takes a text with the id of a broadcast for a copy"),
    _cht("R25c", "it looks for copies before it saves, and copies that come at the same time do not see each other"),
    _cht("R25d", "what it cannot store at once is lost: flows do not try again"),
)


def known_defect(gateway: GatewayUnderTest, tags: Collection[str]) -> KnownDefect | None:
    """Return why this gateway is known not to keep what a scenario with these tags asks for; None where it should.

    Only scenarios with the tag `rule` are looked for: other projects may call something else R1.
    """
    if "rule" not in tags:
        return None
    return next((defect for defect in KNOWN_DEFECTS if defect.rule in tags and defect.concerns(gateway)), None)
