"""Flows in a whole simulation: what a phone says reaches CHT through a flow."""

from __future__ import annotations

import os
import subprocess
import sys

from rapidpro_simulator.rapidpro.model.triggers import TriggerKind
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.faults import FaultKind
from tests.support.patience import PATIENCE

from ..building import flow, node, send, uuid  # noqa: TID252 - the tests have no name from outside

KEY = "the-incoming-key-of-cht"
URL = "https://cht.example.org/api/v2/sms/rapidpro/incoming-messages"
BODY = '@(json(object("id", run.uuid, "from", replace(urns.tel, "tel:", ""), "content", input.text)))'


def relay() -> dict[str, object]:
    """Return the flow that hands messages on to CHT, as deployments have it (rapidpro 7.1)."""
    headers = {"Content-Type": "application/json", "Authorization": f"Token {KEY}"}
    call = {"type": "call_webhook", "uuid": uuid(), "method": "POST", "url": URL, "headers": headers, "body": BODY}
    return flow("Relay", node(call, send("CHT said @webhook.status")))


def test_relay() -> None:
    """A message becomes a record of CHT's, over real HTTP; while CHT is away the flow notices."""
    with Simulation(seed=7) as simulation:
        workspace = simulation.rapidpro("textit.com").workspace("Main")
        instance = simulation.cht("cht.example.org")
        credential = "https://cht.example.org/api/v1/credentials/rapidpro:incoming"
        headers = {"Content-Type": "text/plain"}
        simulation.request("PUT", credential, body=KEY, headers=headers, auth=instance.administrator)
        workspace.import_flows(relay())
        workspace.add_trigger(TriggerKind.CATCH_ALL, "Relay")
        workspace.receive("tel:+254711000001", "T 12345")
        simulation.advance(minutes=1)
        simulation.fault(kind=FaultKind.REFUSED, to="cht.example.org")
        workspace.receive("tel:+254711000001", "T 6789")
        simulation.advance(minutes=1)
        assert [each.text for each in workspace.messages if not each.incoming] == ["CHT said 200", "CHT said 0"]
        exchanges = simulation.journal.exchanges()
        assert [each.data["status"] for each in exchanges if each.data["by"] == "mailroom of textit.com"][:1] == [200]


STORY = """
import io, sys
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind
from rapidpro_simulator.simulation import Simulation

def node(uuid, *actions, **more):
    return {"uuid": uuid, "actions": list(actions), "exits": [{"uuid": uuid[:-1] + "e"}], **more}

with Simulation(seed=7, generation=sys.argv[1]) as simulation:
    workspace = simulation.rapidpro("textit.com").workspace("Main")
    workspace.fields.add("joined", kind="datetime")
    group = workspace.add_group("Members")
    base = "00000000-0000-4000-8000-00000000000"
    actions = [
        {"type": "add_contact_groups", "uuid": base + "1", "groups": [{"uuid": group.uuid, "name": "Members"}]},
        {"type": "set_contact_field", "uuid": base + "2", "field": {"key": "joined", "name": "Joined"},
         "value": "@(now())"},
        {"type": "call_webhook", "uuid": base + "3", "method": "GET", "url": "https://nowhere.example/"},
        {"type": "send_msg", "uuid": base + "4", "text": "@(rand_between(1, 1000)) @webhook.status @(now())"},
    ]
    definition = {"uuid": base + "5", "name": "Join", "spec_version": "14.4.2", "language": "eng", "type": "messaging",
                  "nodes": [node(base + "6", *actions)]}
    workspace.import_flows(definition)
    workspace.add_trigger(TriggerKind.KEYWORD, "Join", keywords=["join"])
    campaigns = workspace.mailroom.campaigns
    campaign = campaigns.add("Welcome", group)
    campaigns.add_event(campaign, offset=3, unit="hours", relative_to="joined", message={"eng": "Still here?"})
    for number in range(20):
        workspace.receive(f"tel:+2547110000{number:02}", "Join us")
    workspace.start_flow("Join", groups=[group])
    simulation.advance(hours=5)
    written = io.StringIO()
    simulation.journal.write(written)
    sys.stdout.write(written.getvalue())
"""


def journal(generation: str, hash_seed: int) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    command = [sys.executable, "-c", STORY, generation]
    return subprocess.run(command, env=environment, capture_output=True, check=True, timeout=PATIENCE).stdout


def test_same_seed_same_journal(generation: str) -> None:
    """Flows too write the same journal twice, byte for byte."""
    first, second = journal(generation, hash_seed=1), journal(generation, hash_seed=2)
    assert first.count(b"campaign.fired") == 1
    assert first == second
