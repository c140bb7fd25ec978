from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

from tests.support.patience import PATIENCE

STORY = """
import io, sys
from rapidpro_simulator.world.faults import FaultKind, FaultMoment
from rapidpro_simulator.simulation import Simulation

with Simulation(seed=int(sys.argv[1]), generation="textit-2026") as simulation:
    host = simulation.rapidpro("textit.com")
    workspace = host.workspace("Main")
    workspace.deliver("poor")
    instance = simulation.cht("cht.example.org")
    admin = instance.administrator
    key = workspace.token.key
    credential = "https://cht.example.org/api/v1/credentials/rapidpro:outgoing"
    simulation.request("PUT", credential, body=key, headers={"Content-Type": "text/plain"}, auth=admin)
    told = {"name": "CHT API Key", "value": instance.password}
    simulation.request("POST", f"{host.url}/api/v2/globals.json", json=told, token=key)
    letter = {"_id": "letter", "to": key, "with": f"https://x.org/?key={key}", "and": f"it is {instance.password}"}
    simulation.request("PUT", "https://cht.example.org/medic/letter", json=letter, auth=admin)
    sms = {"outgoing_service": "rapidpro", "rapidpro": {"url": host.url}}
    simulation.request("PUT", "https://cht.example.org/api/v1/settings", json={"sms": sms}, auth=admin)
    simulation.fault(kind=FaultKind.STATUS, moment=FaultMoment.AFTER, path="/api/v2/broadcasts.json", share=0.2)
    for number in range(30):
        person = simulation.sample_data.health_worker()
        task = {"state": "pending", "messages": [{"uuid": f"m{number}", "to": person.phone, "message": person.name}]}
        document = {"_id": f"d{number}", "type": "data_record", "reported_date": number + 1, "tasks": [task]}
        simulation.request("PUT", f"https://cht.example.org/medic/d{number}", json=document, auth=admin)
    simulation.advance(minutes=20)
    written = io.StringIO()
    simulation.journal.write(written)
    assert key not in written.getvalue() and instance.password not in written.getvalue()
    for written_by, count in (("/api/v2/globals.json", 1), ("/medic/letter", 3)):
        body = simulation.journal.line(simulation.journal.exchanges(path=written_by)[0])
        assert body.partition('"request":')[2].partition('"response":')[0].count("[hidden]") == count, body
    bodies = [each.request for each in simulation.journal.exchanges(path="/api/v1/credentials/*")]
    assert bodies == [b"[hidden]"], bodies
    sys.stdout.write(written.getvalue())
"""


@cache
def journal(seed: int, hash_seed: int) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    command = [sys.executable, "-c", STORY, str(seed)]
    return subprocess.run(command, env=environment, capture_output=True, check=True, timeout=PATIENCE).stdout


@pytest.mark.xdist_group("determinism")
def test_same_seed_same_journal() -> None:
    """Two processes with one seed write the same journal, byte for byte, whatever Python's own hashes are."""
    first, second = journal(7, hash_seed=1), journal(7, hash_seed=2)
    assert len(first.splitlines()) > 500
    assert first == second


@pytest.mark.xdist_group("determinism")
def test_another_seed_another_journal() -> None:
    """Another seed makes another run."""
    assert journal(7, hash_seed=1) != journal(8, hash_seed=1)
