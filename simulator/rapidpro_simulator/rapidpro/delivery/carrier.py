"""The carrier: decides what becomes of every message, as the scenario wishes or by the seed's chance."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from .outcomes import Outcome, Wish, shares_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.seed import Stream


@dataclass(slots=True)
class CarrierRule:
    """A wish for the messages that meet every criterion; `left`: for how many more of them (None: for all)."""

    shares: list[tuple[Outcome, float]]
    number: int | None
    text: str | None
    urn: str | None
    left: int | None

    def meets(self, message: Message, number: int | None) -> bool:
        return (
            self.left != 0
            and (self.number is None or self.number == number)
            and (self.text is None or fnmatchcase(message.text, self.text))
            and (self.urn is None or fnmatchcase(message.urn or "", self.urn))
        )

    @property
    def general(self) -> bool:
        return self.number is None and self.text is None and self.urn is None and self.left is None


class Carrier:
    """What happens beyond RapidPro. It delivers everything until it is told otherwise.

    >>> carrier.deliver("sent")  # no more than a report of `sent`, from now on
    >>> carrier.deliver({"delivered": 0.9, "failed": 0.1})
    >>> carrier.deliver("errored once", urn="tel:+2557*", times=3)
    >>> carrier.deliver("delivered", without="sent")
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._general = CarrierRule(shares_of("delivered"), None, None, None, None)
        self._rules: list[CarrierRule] = []
        self._count = 0

    def deliver(
        self,
        wish: Wish,
        *,
        number: int | None = None,
        text: str | None = None,
        urn: str | None = None,
        times: int | None = None,
        without: str | Sequence[str] = (),
    ) -> None:
        """Say what becomes of messages that are queued from now on.

        `wish`: an outcome, its name, a profile's name, or shares; `without` some of its reports. It can be for the
        outgoing message of a `number` (counted from 1 as they are queued), for a `text` or `urn` (globs), for the next
        so many `times`. The newest fitting wish counts; one for all messages replaces the last such and leaves the
        particular ones alone. Raises `ValueError` for what no carrier can do.
        """
        words = (without,) if isinstance(without, str) else tuple(without)
        shares = [(outcome.without(words), weight) for outcome, weight in shares_of(wish)]
        rule = CarrierRule(shares, number, text, urn, times)
        if rule.general:
            self._general = rule
        else:
            self._rules.append(rule)

    def outcome(self, message: Message, *, again: bool = False) -> Outcome:
        """Decide what becomes of a message; sent `again`, it is not counted a second time."""
        if not again:
            self._count += 1
        number = None if again else self._count
        rule = next((rule for rule in reversed(self._rules) if rule.meets(message, number)), self._general)
        if rule.left is not None:
            rule.left -= 1
        if rule.number is not None or rule.left == 0:
            self._rules.remove(rule)
        if len(rule.shares) == 1:
            return rule.shares[0][0]
        outcomes, weights = zip(*rule.shares, strict=True)
        chosen: Outcome = self._stream.choices(outcomes, weights)[0]
        return chosen
