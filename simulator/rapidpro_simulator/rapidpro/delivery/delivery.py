"""The delivery of one workspace's messages: its parts, and what concerns more than one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import FailedReason

from .carrier import Carrier
from .courier import Courier
from .housekeeping import Housekeeping
from .ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.messages import Broadcast, Message
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime


class Delivery:
    """`courier` hands messages to the `carrier`, `ledger` keeps their rows, `housekeeping` takes the old ones away.

    `on_retention` hears of a new retention.
    """

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self._database = database
        self.on_retention: Callable[[], object] = lambda: None
        self.carrier = Carrier(runtime.stream("carrier"))
        self.ledger = Ledger(database.store, runtime)
        self.housekeeping = Housekeeping(database, runtime, self.ledger)
        self.courier = Courier(database.store, runtime, self.ledger, self.carrier)

    def add(self, message: Message) -> None:
        """Keep a new message, and look after it from now on."""
        self.ledger.add(message)
        self.housekeeping.watch(message)

    def add_broadcast(self, broadcast: Broadcast) -> None:
        """Keep a new broadcast, and look after it from now on."""
        self.ledger.add_broadcast(broadcast)
        self.housekeeping.watch_age(broadcast.created_on)

    def remove_channel(self, channel: Channel) -> None:
        """Release a channel; what it still had to send fails (rapidpro 6.3)."""
        channel.removed = True
        self._database.channels.remove(channel)
        self.courier.drop(channel)
        for message in [each for each in self._database.store.outbox.values() if each.channel is channel]:
            self.ledger.fail(message, FailedReason.CHANNEL_REMOVED)

    def set_retention(self, days: int) -> None:
        """Keep messages for so many days until the archiver takes them (rapidpro 6.8)."""
        self._database.settings.retention_days = days
        self.housekeeping.rearm()
        self.on_retention()
