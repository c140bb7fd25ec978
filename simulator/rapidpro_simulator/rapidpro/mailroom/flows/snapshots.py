"""The workspace and its contacts as the engine sees them: assets, and a snapshot of one contact (flows 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core import assets as known
from rapidpro_simulator.rapidpro.flows.core.contact import Contact as Snapshot
from rapidpro_simulator.rapidpro.flows.core.contact import Ticket
from rapidpro_simulator.rapidpro.mailroom.contacts.values import field_asset
from rapidpro_simulator.rapidpro.urns import identity

from .engine_documents import moment

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.mailroom.contacts.values import ContactValues
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.tickets import Ticket as TicketRow
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

    from .inspections import Inspections

CACHED = 5.0  # seconds for which mailroom remembers what a workspace holds (rapidpro 8.5)
ROLES = (known.SEND, known.RECEIVE)


class Snapshots:
    """Takes the engine's pictures of a workspace."""

    def __init__(self, database: Database, runtime: Runtime, inspections: Inspections, values: ContactValues) -> None:
        self._database = database
        self._clock = runtime.clock
        self._inspections = inspections
        self._values = values
        self._assets: known.Assets | None = None
        self._until = 0.0

    def forget(self) -> None:
        """Look at the workspace anew the next time."""
        self._assets = None

    def assets(self) -> known.Assets:
        """Return what the workspace holds, as it was at most five seconds ago; flows are always those of now."""
        now = self._clock.seconds()
        if self._assets is None or now >= self._until:
            self._assets = self._take()
            self._until = now + CACHED
        return self._assets

    def contact(self, contact: Contact) -> Snapshot:
        """Return a contact as it is now."""
        assets = self.assets()
        values = ((key, self._values.of(contact, key)) for key in contact.fields)
        groups = (assets.groups.get(group.uuid) for group in self._database.groups.of(contact))
        return Snapshot(
            assets=assets,
            uuid=contact.uuid,
            id=contact.id,
            name=contact.name or "",
            language=contact.language or "",
            timezone=contact.timezone or "",
            status=contact.status.value,
            created_on=moment(contact.created_on),
            last_seen_on=moment(contact.last_seen_on) if contact.last_seen_on else "",
            urns=[_with_channel(urn, contact) for urn in contact.urns],
            groups=[group for group in groups if group is not None],
            fields={key: value for key, value in values if value is not None},
            tickets=[_ticket(ticket, assets) for ticket in contact.tickets],
        )

    def _take(self) -> known.Assets:
        database = self._database
        return known.Assets(
            self._inspections.definition,
            {
                "campaigns": [
                    known.CampaignAsset(uuid=each.uuid, name=each.name) for each in database.campaigns.values()
                ],
                "channels": [
                    known.ChannelAsset(
                        uuid=each.uuid,
                        name=each.name,
                        address=each.address or "",
                        schemes=each.schemes,
                        roles=ROLES,
                        country=each.country or "",
                    )
                    for each in database.channels
                ],
                "fields": [field_asset(each) for each in database.fields.values()],
                "globals": [
                    known.GlobalAsset(name=each.name, key=each.key, value=each.value)
                    for each in database.globals.values()
                ],
                "groups": [
                    known.GroupAsset(uuid=each.uuid, name=each.name, query=each.query or "")
                    for each in database.groups.values()
                ],
                "labels": [known.LabelAsset(uuid=each.uuid, name=each.name) for each in database.labels.values()],
                "llms": [
                    known.LlmAsset(uuid=each.uuid, name=each.name, roles=("engine",))
                    for each in database.language_models.values()
                ],
                "resthooks": [
                    known.ResthookAsset(slug=each.slug, subscribers=tuple(each.target_url for each in each.subscribers))
                    for each in database.resthooks.values()
                ],
                "templates": [
                    known.TemplateAsset(uuid=each.uuid, name=each.name, translations=each.documents)
                    for each in database.templates.values()
                ],
                "topics": [known.TopicAsset(uuid=each.uuid, name=each.name) for each in database.topics.values()],
                "users": [
                    known.UserAsset(uuid=each.uuid, name=each.name, email=each.email)
                    for each in database.users.values()
                ],
            },
            locations=database.locations,
        )


def _ticket(row: TicketRow, assets: known.Assets) -> Ticket:
    assignee = assets.users.get(row.assignee.uuid) if row.assignee is not None else None
    return Ticket(row.uuid, assets.topics.get(row.topic.uuid), assignee, row.status)


def _with_channel(urn: str, contact: Contact) -> str:
    channel = (contact.affinity or {}).get(identity(urn))
    if channel is None or channel.removed:
        return urn
    base, mark, display = urn.partition("#")
    return f"{identity(base)}?channel={channel.uuid}{mark}{display}"
