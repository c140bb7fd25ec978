"""What the harness does with a gateway under test, whatever it is and wherever it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.protocols import World

PARTY = "gateway"
"""The name under which the gateway under test calls others."""

CREDENTIAL = "rapidpro:incoming"
KEY = "the-incoming-key-of-cht"


class InapplicableError(Exception):
    """A scenario does not apply to the gateway under test, here and now; the text says why.

    Raised before anything is tried: where live time would take longer than the limits allow, and where a gateway in
    another process cannot be driven as a step wants it. The pytest plugin skips the scenario with the text as the
    reason. Whatever was tried and took too long is no such case, but a `PatienceError`.
    """


class PatienceError(AssertionError):
    """The real time that the limits allow is over, and what was waited for has not come: the expectation is not met.

    It is a failure, and never a skip: a gateway that has fallen silent looks just like this.
    """


@dataclass(frozen=True)
class Webhook:
    """Where a flow of RapidPro hands over the texts of phones, and the token with which it is let in."""

    url: str
    token: str


class Gateway(ABC):
    """A gateway between one CHT instance and RapidPro; `party` is the name under which it calls others."""

    def __init__(self, world: World, administrator: Administrator, party: str) -> None:
        self.party = party
        self._world = world
        self._administrator = administrator

    @abstractmethod
    def use(self, *, url: str | None = None, token: str | None = None) -> None:
        """Send through the RapidPro at `url` with `token` from now on; what is not given stays as it is."""

    @abstractmethod
    def forget_token(self) -> None:
        """Go on without a token."""

    @abstractmethod
    def start(self) -> None:
        """Begin, or begin anew with what was saved."""

    @abstractmethod
    def crash(self, event: str = "gateway.stopped") -> None:
        """End at once, with all that is in memory lost; `event` is what the journal calls it."""

    def stop(self) -> None:
        """Ask it to end, and wait until it has; one in this process just ends."""
        self.crash()

    def pause(self) -> None:
        """Let it stand still, with its connections open, until `resume`."""
        self._refuse_to_be_steered()

    def resume(self) -> None:
        """Let it go on."""
        self._refuse_to_be_steered()

    def cut(self) -> None:
        """Take the network away from it, until `reconnect`."""
        self._refuse_to_be_steered()

    def reconnect(self) -> None:
        """Give it its network again."""
        self._refuse_to_be_steered()

    def set_clock(self, by: timedelta) -> None:
        """Set the clock of the machine it runs on ahead by so much, or back; how fast time passes stays as it is."""
        raise InapplicableError("its machine's clock cannot be set: only that of the standalone gateway can")

    def limit_age(self, hours: float | None) -> None:
        """Let it fail what has waited for so many hours to be sent; None: let it send everything, however old."""
        raise InapplicableError("it has no limit of age that a scenario can set: only the standalone gateway has")

    def visit_every(self, seconds: float) -> None:
        """Let it ask CHT for messages so often, when there is nothing else to do."""
        raise InapplicableError("how often it asks CHT is its own affair: only the standalone gateway can be told")

    def reboot(self) -> None:
        """Boot the machine it runs on: it ends at once, and begins anew with what was saved."""
        self.crash()
        self.start()

    def _refuse_to_crash(self, event: str, reason: str) -> None:
        """Say that it cannot be killed: at once, or, where a fault is fatal to it, when the loop comes back."""
        error = InapplicableError(reason)
        if not self._world.loop.is_running():
            raise error
        self._world.loop.call_exception_handler({"message": event, "exception": error})

    def _refuse_to_be_steered(self) -> None:
        raise InapplicableError("this can be done to gateways in processes of their own: command:… or docker:…")

    def incoming_webhook(self) -> Webhook:
        """Return where flows hand texts over, made ready for them: CHT itself, if the gateway takes none (cht 1.1)."""
        self._administrator.set_credential(CREDENTIAL, KEY)
        site = self._administrator.site
        return Webhook(f"{site.url}{site.release.incoming_paths[0]}", KEY)

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind."""
