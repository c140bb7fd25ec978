"""The rows of one workspace, as RapidPro's database holds them. What is done with them is `mailroom`'s part."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro.flows.locales.timezones import country_of_timezone

from .archives import Archives
from .assets import ContactFields, Globals, Labels, OptIns
from .classifiers import Classifiers
from .contacts import ContactBook
from .flows import FlowBook
from .groups import Groups
from .language_models import LanguageModels
from .message_templates import MessageTemplates
from .resthooks import Resthooks
from .store import MessageStore
from .tickets import Topics
from .users import Teams

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.locales.locations import Locations
    from rapidpro_simulator.world.clock import Clock

    from .campaigns import Campaign
    from .channels import Channel, ChannelEvent
    from .identifiers import RowUuids
    from .settings import Settings
    from .tickets import Ticket
    from .triggers import Trigger
    from .users import User


class SystemUuids(NamedTuple):
    """The UUIDs of what every workspace has from the beginning."""

    general_topic: str
    open_tickets: str
    default_team: str


class Database:
    """All that a workspace holds, each kind in the order of its creation.

    Campaigns, classifiers, groups, labels, language models, message templates, opt-ins, teams, tickets and topics are
    by UUID, contact fields and globals by key, resthooks by slug, users by e-mail address. `locations` are the places
    that fields can name; `new_uuid` makes UUIDs of what is new, `row_uuids` those of messages and broadcasts.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        new_uuid: Callable[[], str],
        next_contact_id: Callable[[], int],
        row_uuids: RowUuids,
        system_uuids: SystemUuids,
    ) -> None:
        self.settings = settings
        self.new_uuid = new_uuid
        self.row_uuids = row_uuids
        self.users: dict[str, User] = {}
        self.channels: list[Channel] = []
        self.channel_events: list[ChannelEvent] = []
        self.contacts = ContactBook(clock, next_contact_id, new_uuid)
        self.groups = Groups(new_uuid, system_uuids.open_tickets)
        self.fields = ContactFields(new_uuid)
        self.store = MessageStore()
        self.archives = Archives(settings, clock)
        self.labels = Labels(new_uuid)
        self.optins = OptIns(new_uuid, clock)
        self.classifiers = Classifiers(new_uuid, clock)
        self.flows = FlowBook()
        self.triggers: list[Trigger] = []
        self.campaigns: dict[str, Campaign] = {}
        self.globals = Globals(clock)
        self.resthooks = Resthooks(clock)
        self.topics = Topics(new_uuid, clock, system_uuids.general_topic)
        self.teams = Teams(new_uuid, system_uuids.default_team)
        self.tickets: dict[str, Ticket] = {}
        self.language_models = LanguageModels(new_uuid)
        self.templates = MessageTemplates(new_uuid, clock)
        self.locations: Locations | None = None

    @property
    def country(self) -> str | None:
        """The country that national numbers are read by: where none is set, that of the time zone (rapidpro 5.2).

        In a zone of no country, it is that of the channels, if they have but one.
        """
        set_or_local = self.settings.country or country_of_timezone(self.settings.timezone)
        if set_or_local is not None:
            return set_or_local
        countries = {channel.country for channel in self.channels}
        return countries.pop() if len(countries) == 1 else None
