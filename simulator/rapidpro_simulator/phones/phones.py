"""The phones of a simulation, and how what they text comes to a workspace: over HTTP where its channel is external."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.external import ExternalSettings
from rapidpro_simulator.rapidpro.urns import path_of

from .aggregator import HOST, Aggregator
from .phone import Phone

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.network import Network


class Phones:
    """Phones by their number: one that is asked for is there. `aggregator` carries what external channels send."""

    def __init__(self, clock: Clock, network: Network) -> None:
        self._clock = clock
        self._network = network
        self._phones: dict[str, Phone] = {}
        self._hosts: dict[str, RapidProHost] = {}
        self._aggregator: Aggregator | None = None

    def __getitem__(self, number: str) -> Phone:
        key = _key(number)
        if key not in self._phones:
            self._phones[key] = Phone(number, self._clock)
        return self._phones[key]

    @property
    def aggregator(self) -> Aggregator:
        """The aggregator, at `aggregator.example.org`; it is built when it is first asked for."""
        if self._aggregator is None:
            self._aggregator = Aggregator(self._clock, self._network, self._carry)
            self._network.attach(HOST, self._aggregator)
        return self._aggregator

    def serve(self, host: RapidProHost) -> None:
        """Carry the messages of a RapidPro to phones that are scripted."""
        self._hosts[host.name] = host
        host.installation.platform.phones = lambda message, workspace, report: self._take(
            message, host.installation.workspaces[workspace], report
        )

    def connect(self, workspace: Workspace, **settings: Any) -> Channel:
        """Let a workspace send through an external channel only, by the aggregator unless the settings say otherwise.

        `settings` are those of `ExternalSettings`, whose errors it raises.
        """
        url = self.aggregator.url_for(workspace)
        return workspace.use_channel("external", external=ExternalSettings(**{"send_url": url, **settings}))

    def text(self, sender: str, text: str, workspace: Workspace) -> None:
        """Text a workspace from a number, a short code or a name. Raises `PhoneError` for a phone that cannot."""
        phone = self._phones.get(_key(sender))
        if phone is not None:
            phone.require()
        self._bring(sender, text, workspace)

    def _bring(self, sender: str, text: str, workspace: Workspace) -> None:
        external = next((each for each in workspace.channels if each.external is not None), None)
        if external is None:
            workspace.receive(f"tel:{sender}", text)
            return
        host = self._hosts[workspace.runtime.platform.name]
        url = f"{host.url}/c/{external.kind.code}/{external.uuid}"
        self.aggregator.tell(url, "receive", {"from": sender, "text": text})

    def _take(self, message: Message, workspace: Workspace, report: Callable[[bool], object]) -> bool:
        """Give a message to a scripted phone, and say whether there is one with its number."""
        return self._carry(_number(message), message.text, workspace, report)

    def _carry(self, number: str, text: str, workspace: Workspace, report: Callable[[bool], object]) -> bool:
        phone = self._phones.get(_key(number))
        if phone is None:
            return False
        phone.take(text, lambda answer: self._bring(phone.number, answer, workspace), report)
        return True


def _key(number: str) -> str:
    return number.lower()  # RapidPro keeps the names of operators in small letters


def _number(message: Message) -> str:
    return path_of(message.urn or "")
