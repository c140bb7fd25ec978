"""Message templates of WhatsApp channels: what may be said first, in several languages, with variables to fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock

    from .channels import Channel

Document = dict[str, Any]


@dataclass(slots=True, eq=False)
class MessageTemplate:
    """A template (flows 2.4); its translations are by channel and locale, such as `eng-US` or `spa`."""

    uuid: str
    name: str
    created_on: datetime
    modified_on: datetime
    translations: dict[tuple[str, str], Document] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The translations as the engine takes them."""
        return tuple(self.translations.values())

    def translate(self, channel: Channel, locale: str, content: Mapping[str, Any]) -> None:
        """Set what it says on a channel; `content` has `components` and `variables`."""
        reference = {"uuid": channel.uuid, "name": channel.name}
        self.translations[channel.uuid, locale] = {"channel": reference, "locale": locale, **content}


class MessageTemplates(NamedRows[MessageTemplate]):
    """The templates by UUID."""

    def __init__(self, new_uuid: Callable[[], str], clock: Clock) -> None:
        super().__init__(new_uuid)
        self._clock = clock

    def get_or_add(self, name: str, uuid: str | None = None) -> MessageTemplate:
        """Return the template of this name, which is about to change.

        It is created, with this UUID if one is given, where there is none.
        """
        known, now = self.find(name), self._clock.now()
        if known is None:
            known = MessageTemplate(uuid or self._new_uuid(), name, now, now)
            self[known.uuid] = known
        known.modified_on = now
        return known
