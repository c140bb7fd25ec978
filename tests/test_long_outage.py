from __future__ import annotations

import pytest

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.faults import FaultKind
from rapidpro_simulator.world.loop import Limits


@pytest.mark.long
def test_ten_days_of_outage() -> None:
    """RapidPro is away for ten days while a message is open; no limit stops the advance, and then it is delivered."""
    with Simulation(limits=Limits(exchanges=5000, iterations=50_000, real_seconds=1)) as simulation:
        workspace = simulation.rapidpro("textit.com").workspace("Main")
        administrator = Administrator(simulation, simulation.cht("cht.example.org"))
        administrator.set_credential("rapidpro:outgoing", workspace.token.key)
        administrator.send_through("https://textit.com")
        task = {"state": "pending", "messages": [{"uuid": "m", "to": "+265991234567", "message": "Hello"}]}
        administrator.save([{"_id": "d", "type": "data_record", "reported_date": 1, "tasks": [task]}])
        outage = simulation.fault(kind=FaultKind.STATUS, status=503, to="textit.com")

        simulation.advance(days=10)
        made = simulation.network.exchanges
        simulation.faults.remove(outage)
        simulation.advance(minutes=10)

    assert made > 10 * 24 * 60
    assert [message.status for message in workspace.messages] == [Status.DELIVERED]
