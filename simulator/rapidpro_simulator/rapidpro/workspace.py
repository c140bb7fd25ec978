"""A workspace of a RapidPro installation: it puts the parts together and offers what is used most of them."""

from __future__ import annotations

from collections import Counter
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from rapidpro_simulator.rapidpro.delivery.carrier import Carrier
from rapidpro_simulator.rapidpro.delivery.courier import Courier
from rapidpro_simulator.rapidpro.delivery.delivery import Delivery
from rapidpro_simulator.rapidpro.mailroom.automation.starts import Starts
from rapidpro_simulator.rapidpro.mailroom.automation.triggers import Triggers
from rapidpro_simulator.rapidpro.mailroom.definitions.exporting import export
from rapidpro_simulator.rapidpro.mailroom.definitions.importing import import_export
from rapidpro_simulator.rapidpro.mailroom.definitions.message_templates import import_templates
from rapidpro_simulator.rapidpro.mailroom.deletions import Deletions
from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
from rapidpro_simulator.rapidpro.mailroom.messages.broadcasts import Broadcasts
from rapidpro_simulator.rapidpro.mailroom.messages.dispatch import Dispatcher
from rapidpro_simulator.rapidpro.mailroom.messages.incoming import IncomingMessages
from rapidpro_simulator.rapidpro.model.channels import EXTERNAL, Channel, channel_kind
from rapidpro_simulator.rapidpro.model.database import Database, SystemUuids
from rapidpro_simulator.rapidpro.model.identifiers import RowUuids
from rapidpro_simulator.rapidpro.model.location_files import read_locations
from rapidpro_simulator.rapidpro.runtime.platform import Runtime
from rapidpro_simulator.world.secrets import is_secret_name, is_telling

from .access import Access, Token, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.model.assets import Global
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign
    from rapidpro_simulator.rapidpro.model.external import ExternalSettings
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.language_models import LanguageModels
    from rapidpro_simulator.rapidpro.model.message_templates import MessageTemplate
    from rapidpro_simulator.rapidpro.model.messages import Broadcast, Message
    from rapidpro_simulator.rapidpro.model.settings import Settings
    from rapidpro_simulator.rapidpro.runtime.platform import Platform

    from .generations.rates import Rate, RateProfile

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


def _short_way(
    part: Callable[[Workspace], T], method: Callable[Concatenate[T, P], R]
) -> Callable[Concatenate[Workspace, P], R]:
    """Return a method of the workspace that calls the `method` of a part of it, and is documented as that is."""

    @wraps(method)
    def delegate(workspace: Workspace, /, *arguments: P.args, **settings: P.kwargs) -> R:
        return method(part(workspace), *arguments, **settings)

    return delegate


class Workspace:
    """A workspace; `RapidPro.workspace` makes one.

    It has a `name`, an `id`, a `uuid` and a `created_on`. Its `settings` may be changed at any time, `database` holds
    its rows, `mailroom` works with them, `delivery` carries its messages, `access` knows its tokens and rates. What is
    used most has a short way here: some of the rows, by kind, and methods of the parts.
    """

    # A setting that is misplaced or misspelt, `workspace.suspended = True`, is an error and not without effect.
    __slots__ = (
        *("access", "channels", "contacts", "created_on", "database", "delivery", "fields", "flows", "globals"),
        *("groups", "id", "mailroom", "name", "runtime", "settings", "uuid"),
    )

    def __init__(
        self,
        name: str,
        settings: Settings,
        platform: Platform,
        tokens: Tokens,
        rate_profile: RateProfile,
        rates: Mapping[str, str | Rate],
    ) -> None:
        self.name = name
        self.settings = settings
        self.runtime = Runtime(platform, name)
        self.id = platform.next_id("workspace")
        ids = self.runtime.stream("ids")
        self.uuid = ids.uuid4()
        self.created_on = self.runtime.now()
        self.database = Database(
            settings,
            self.runtime.clock,
            ids.uuid4,
            lambda: platform.next_id("contact"),
            RowUuids(self.runtime.stream("rows").hex(32), time_ordered=platform.generation.mailroom.time_ordered_uuids),
            SystemUuids(*(self.runtime.stream(name).uuid4() for name in ("topic", "open tickets", "team"))),
        )
        self.delivery = Delivery(self.database, self.runtime)
        self.mailroom = Mailroom(self.database, self.runtime, self.delivery)
        self.access = Access(self, tokens, rate_profile, rates, ids)

        self.channels = self.database.channels
        self.contacts = self.database.contacts
        self.groups = self.database.groups
        self.fields = self.database.fields
        self.globals = self.database.globals
        self.globals.on_set = self._hide
        self.flows = self.database.flows

    def __repr__(self) -> str:
        return f"<workspace {self.name!r} on {self.runtime.platform.name}>"

    def _hide(self, each: Global) -> None:
        if is_telling(each.value) and (is_secret_name(each.key) or is_secret_name(each.name)):
            self.runtime.platform.context.journal.hide(each.value)

    @property
    def token(self) -> Token:
        """The first token: an Administrator's."""
        return self.access.tokens[0]

    @property
    def messages(self) -> list[Message]:
        """All messages, in the order of their creation."""
        return self.database.store.messages

    @property
    def broadcasts(self) -> list[Broadcast]:
        """All broadcasts, in the order of their creation."""
        return self.database.store.broadcasts

    @property
    def language_models(self) -> LanguageModels:
        """The language models that flows may ask, and what they answer."""
        return self.database.language_models

    # Access
    new_token = _short_way(lambda workspace: workspace.access, Access.new_token)
    add_user = _short_way(lambda workspace: workspace.access, Access.add_user)

    # Contacts
    add_group = _short_way(lambda workspace: workspace.mailroom, Mailroom.add_group)
    set_field = _short_way(lambda workspace: workspace.mailroom, Mailroom.set_field)
    delete_contact = _short_way(lambda workspace: workspace.mailroom.deletions, Deletions.contact)

    # Messages
    create_broadcast = _short_way(lambda workspace: workspace.mailroom.broadcasts, Broadcasts.create)
    send_message = _short_way(lambda workspace: workspace.mailroom.dispatcher, Dispatcher.send)
    receive = _short_way(lambda workspace: workspace.mailroom.incoming, IncomingMessages.receive)
    deliver = _short_way(lambda workspace: workspace.delivery.carrier, Carrier.deliver)
    report = _short_way(lambda workspace: workspace.delivery.courier, Courier.report)
    remove_channel = _short_way(lambda workspace: workspace.delivery, Delivery.remove_channel)

    # Flows
    start_flow = _short_way(lambda workspace: workspace.mailroom.starts, Starts.create)
    add_trigger = _short_way(lambda workspace: workspace.mailroom.triggers, Triggers.add)

    def statuses(self) -> Counter[str | None]:
        """Return how many outgoing messages have which status, in the words of the API."""
        words = self.runtime.generation.words.message
        return Counter(words[message.status] for message in self.messages if not message.incoming)

    def add_channel(
        self,
        kind: str,
        name: str | None = None,
        *,
        address: str | None = None,
        schemes: tuple[str, ...] | None = None,
        country: str | None = None,
        throughput: float | None = None,
        external: ExternalSettings | None = None,
    ) -> Channel:
        """Add a channel of a kind of `channels.CHANNEL_KINDS`; `throughput` in SMS segments a second.

        `external`: how the aggregator of an external channel is called. Raises `ValueError` for a kind that there is
        not, and for such settings of another kind.
        """
        facts = channel_kind(kind)
        if external is not None:
            if facts.code != EXTERNAL:
                raise ValueError(f"a channel of the kind {kind!r} has no settings of an external channel")
            self.runtime.platform.context.journal.hide(external.send_authorization)
        channel = Channel(
            uuid=self.database.new_uuid(),
            name=name or kind.capitalize(),
            kind=facts,
            address=address,
            country=country or self.database.country,
            schemes=schemes or facts.schemes,
            created_on=self.runtime.now(),
            throughput=throughput,
            external=external,
        )
        self.channels.append(channel)
        return channel

    def use_channel(self, kind: str, **settings: Any) -> Channel:
        """Send by one channel only, with the `settings` of `add_channel`; all others are released."""
        for channel in list(self.channels):
            self.remove_channel(channel)
        return self.add_channel(kind, **settings)

    def import_flows(self, document: Any, *, lenient: bool = False) -> list[Flow]:
        """Import an export file, or the definition of one flow; return its flows (flows 1.1).

        Raises `ExportError`, which names all that cannot be read; the workspace is then as it was. A `lenient` import
        leaves it out.
        """
        return import_export(self.mailroom, document, lenient=lenient)

    def load_locations(self, document: Any) -> None:
        """Let the workspace know the places of its country, as a tree or as GeoJSON (`model.location_files`).

        Contact fields of the types state, district and ward name them from now on, flows find them in texts, and the
        API lists them. Raises `LocationError` that says which place makes no sense.
        """
        self.database.locations = read_locations(document)
        self.mailroom.snapshots.forget()

    def import_templates(self, document: Any) -> list[MessageTemplate]:
        """Bring message templates of WhatsApp into the workspace: the engine's JSON, or that of Meta's Graph API.

        Raises `TemplateError`.
        """
        templates = import_templates(self.database, document)
        self.mailroom.snapshots.forget()
        return templates

    def export_definitions(
        self, flows: Sequence[Flow], campaigns: Sequence[Campaign] = (), dependencies: str = "all"
    ) -> dict[str, Any]:
        """Return an export with these flows and campaigns and their `dependencies`: `none`, `flows` or `all`."""
        return export(self.mailroom, flows, campaigns, dependencies)
