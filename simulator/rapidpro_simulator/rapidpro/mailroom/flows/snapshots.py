"""The workspace and its contacts as the engine sees them: assets, and a snapshot of one contact (flows 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core import assets as known
from rapidpro_simulator.rapidpro.flows.core.contact import Contact as Snapshot
from rapidpro_simulator.rapidpro.flows.core.contact import Ticket
from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, read_flow
from rapidpro_simulator.rapidpro.flows.definition.inspection import FlowInspection, inspect
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.mailroom.contacts.values import field_asset, value_of
from rapidpro_simulator.rapidpro.urns import identity

from .engine_documents import moment

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.tickets import Ticket as TicketRow
    from rapidpro_simulator.rapidpro.workspace import Workspace

CACHED = 5.0  # seconds for which mailroom remembers what a workspace holds (rapidpro 8.5)
ROLES = (known.SEND, known.RECEIVE)


class Snapshots:
    """Takes the engine's pictures of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._assets: known.Assets | None = None
        self._until = 0.0
        self._read: dict[str, tuple[object, FlowDefinition | None]] = {}
        self._inspected: dict[str, tuple[FlowDefinition, FlowInspection]] = {}

    def forget(self) -> None:
        """Look at the workspace anew the next time."""
        self._assets = None

    def assets(self) -> known.Assets:
        """Return what the workspace holds, as it was at most five seconds ago; flows are always those of now."""
        now = self._workspace.host.clock.seconds()
        if self._assets is None or now >= self._until:
            self._assets = self._take()
            self._until = now + CACHED
        return self._assets

    def definition(self, uuid: str) -> FlowDefinition | None:
        """Return the flow of a UUID as the engine reads it; None where there is none that can be read."""
        flow = self._workspace.flows.get(uuid)
        if flow is None:
            return None
        kept = self._read.get(uuid)
        if kept is None or kept[0] is not flow.definition:
            kept = self._read[uuid] = flow.definition, _read(flow)
        return kept[1]

    def inspection(self, uuid: str) -> FlowInspection | None:
        """Return what is known of a flow without running it; None where there is none that can be read."""
        definition = self.definition(uuid)
        if definition is None:
            return None
        kept = self._inspected.get(uuid)
        if kept is None or kept[0] is not definition:
            kept = self._inspected[uuid] = definition, inspect(definition)
        return kept[1]

    def contact(self, contact: Contact) -> Snapshot:
        """Return a contact as it is now."""
        workspace, assets = self._workspace, self.assets()
        values = ((key, value_of(workspace, contact, key)) for key in contact.fields)
        groups = (assets.groups.get(group.uuid) for group in workspace.groups_of(contact))
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
        workspace = self._workspace
        return known.Assets(
            self.definition,
            {
                "campaigns": [
                    known.CampaignAsset(uuid=each.uuid, name=each.name) for each in workspace.campaigns.values()
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
                    for each in workspace.channels
                ],
                "fields": [field_asset(each) for each in workspace.fields.values()],
                "globals": [
                    known.GlobalAsset(name=each.name, key=each.key, value=each.value)
                    for each in workspace.globals.values()
                ],
                "groups": [
                    known.GroupAsset(uuid=each.uuid, name=each.name, query=each.query or "")
                    for each in workspace.groups.values()
                ],
                "labels": [known.LabelAsset(uuid=each.uuid, name=each.name) for each in workspace.labels.values()],
                "llms": [known.LlmAsset(uuid=each.uuid, name=each.name, roles=("engine",)) for each in workspace.llms],
                "resthooks": [
                    known.ResthookAsset(slug=each.slug, subscribers=tuple(each.target_url for each in each.subscribers))
                    for each in workspace.resthooks.values()
                ],
                "topics": [known.TopicAsset(uuid=each.uuid, name=each.name) for each in workspace.topics.values()],
                "users": [
                    known.UserAsset(uuid=each.uuid, name=each.name, email=each.email)
                    for each in workspace.users.values()
                ],
            },
            locations=workspace.locations,
        )


def _read(flow: Flow) -> FlowDefinition | None:
    try:
        return read_flow(flow.definition)
    except DefinitionError:
        return None


def _ticket(row: TicketRow, assets: known.Assets) -> Ticket:
    assignee = assets.users.get(row.assignee.uuid) if row.assignee is not None else None
    return Ticket(row.uuid, assets.topics.get(row.topic.uuid), assignee, row.status)


def _with_channel(urn: str, contact: Contact) -> str:
    channel = (contact.affinity or {}).get(identity(urn))
    if channel is None or channel.removed:
        return urn
    base, mark, display = urn.partition("#")
    return f"{identity(base)}?channel={channel.uuid}{mark}{display}"
