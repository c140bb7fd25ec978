"""What a contact said last (flows 3.1), and the call that a voice session is part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.locales.timestamps import normalized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .assets import Assets, ChannelAsset


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A message of the contact; `channel` is None where the workspace does not have it."""

    uuid: str
    created_on: str
    urn: str = ""
    channel: ChannelAsset | None = None
    text: str = ""
    attachments: tuple[str, ...] = ()
    external_id: str = ""
    payload: Any = None

    @classmethod
    def from_event(cls, event: Mapping[str, Any], assets: Assets) -> Input:
        """Return the message of an event `msg_received`."""
        return cls._read(event["msg"], event, assets)

    @classmethod
    def from_json(cls, document: Mapping[str, Any], assets: Assets) -> Input:
        """Return the input that a session was saved with."""
        return cls._read(document, document, assets)

    @classmethod
    def _read(cls, msg: Mapping[str, Any], stamped: Mapping[str, Any], assets: Assets) -> Input:
        channel = msg.get("channel")
        return cls(
            uuid=stamped["uuid"],
            created_on=normalized(stamped["created_on"]),
            urn=msg.get("urn") or "",
            channel=assets.channels.get(channel["uuid"]) if channel else None,
            text=msg.get("text") or "",
            attachments=tuple(msg.get("attachments") or ()),
            external_id=msg.get("external_id") or "",
            payload=msg.get("payload"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as sessions are saved."""
        document: dict[str, Any] = {"type": "msg", "uuid": self.uuid}
        if self.channel:
            document["channel"] = self.channel.reference.to_json()
        document["created_on"] = self.created_on
        if self.urn:
            document["urn"] = self.urn
        document["text"] = self.text
        if self.attachments:
            document["attachments"] = list(self.attachments)
        if self.external_id:
            document["external_id"] = self.external_id
        if self.payload is not None:
            document["payload"] = self.payload
        return document


@dataclass(frozen=True, slots=True)
class VoiceCall:
    """A phone call that a voice session takes place in; `channel` is None where the workspace does not have it."""

    uuid: str
    channel: ChannelAsset | None
    urn: str

    @classmethod
    def from_json(cls, document: Mapping[str, Any], assets: Assets) -> VoiceCall:
        """Return the call of a JSON document."""
        return cls(document["uuid"], assets.channels.get(document["channel"]["uuid"]), document["urn"])
