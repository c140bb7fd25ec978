"""What somebody does in the full simulation, as the remedy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cht_rapidpro_gateway import configuration
from rapidpro_simulator.gateways.built_in import BuiltIn
from rapidpro_simulator.gateways.standalone import Standalone
from rapidpro_simulator.laboratory.forecast.incident import STANDALONE
from rapidpro_simulator.world.network.server import FEW_MILLISECONDS

from .documents import save

if TYPE_CHECKING:
    from .deployment import Deployment

SUCCESSOR = "the next gateway"
"""The party that the standalone gateway is where it comes after CHT's own."""


def apply(deployment: Deployment) -> None:
    """Do what the remedy is, now: with slow lines its dozen requests would take a minute, in which CHT sends on."""
    network = deployment.simulation.network
    usual, network.latency = network.latency, FEW_MILLISECONDS
    try:
        _do(deployment)
    finally:
        network.latency = usual


def _do(deployment: Deployment) -> None:
    remedy = deployment.remedy
    if remedy.set_state is not None:
        _set_state(deployment, remedy.set_state)
    if remedy.rates:
        deployment.workspace.access.rates = {**deployment.incident.rapidpro.rates, **remedy.rates}
    if remedy.gateway is not None or remedy.interval_seconds is not None:
        _change_gateway(deployment, remedy.gateway or deployment.incident.gateway)
    if remedy.consumer_minutes is not None:
        deployment.ask(dict.fromkeys(deployment.incident.consumer, remedy.consumer_minutes))


def _set_state(deployment: Deployment, state: str) -> None:
    changed = {}
    for sent in deployment.cht.messages():
        if sent.state in deployment.remedy.of_states:
            sent.task["state"] = state
            changed[sent.document["_id"]] = sent.document
    save(deployment, list(changed.values()))


def _change_gateway(deployment: Deployment, name: str) -> None:
    simulation, instance, account = deployment.simulation, deployment.instance, _account(deployment)
    interval = deployment.remedy.interval_seconds or deployment.incident.interval_seconds
    instance.interval = instance.gateway.interval = interval
    if name == STANDALONE:
        gateway = Standalone(simulation, deployment.cht, SUCCESSOR)
        simulation.gateways[SUCCESSOR] = gateway  # which closes it in the end
        inherited = deployment.remedy.inherited
        gateway.inherited = configuration.Inherited(inherited.unsent, inherited.sent, inherited.per_hour)  # type: ignore[arg-type]
        gateway.use(**account)
    elif deployment.incident.gateway == STANDALONE:
        deployment.gateway.stop()
        BuiltIn(simulation, deployment.cht, instance.party, instance).use(**account)
        if deployment.remedy.interval_seconds is not None:
            instance.restart_gateway()
    elif name != deployment.incident.gateway:
        simulation.run(instance.upgrade(name.partition(":")[2]))
        deployment.gateway.use(**account)
    else:
        instance.restart_gateway()


def _account(deployment: Deployment) -> dict[str, str]:
    return {"url": deployment.host.url, "token": deployment.workspace.token.key}
