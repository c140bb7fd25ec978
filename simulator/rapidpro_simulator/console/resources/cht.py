"""CHT and its gateway: which workspace it sends through, its settings and keys, and whether its parts run."""

from __future__ import annotations

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.schemas import ANY_OBJECT, NAME, TEXT, described, record
from rapidpro_simulator.console.wording import in_quotes
from rapidpro_simulator.testing.gherkin_text import json_block

RESOURCE = Resource("cht")

GATEWAY = {
    "crash": "crashes",
    "stop": "is stopped",
    "start": "is started again",
    "restart": "is restarted",
    "stand still": "stands still",
    "go on": "goes on",
    "lose its network": "has no network",
    "get its network back": "has its network again",
}
SENTINEL = {"stop": "is stopped", "start": "is started"}


@RESOURCE.post(
    "/worlds/{world}/cht", record({"sends_through": described(NAME, "a workspace")}, {"release": NAME}), status=204
)
async def add_instance(call: Call) -> None:
    """Add a CHT instance that sends through a workspace; default: the release of the gateway under test."""
    release = f"{call.body['release']} " if "release" in call.body else ""
    await call.say(f'Given a CHT {release}instance that sends through the workspace "{call.body["sends_through"]}"')


@RESOURCE.post("/worlds/{world}/cht/switch", record({"workspace": NAME}), status=204)
async def switch(call: Call) -> None:
    """Switch the instance to another workspace: the host that it sends through, and its outgoing key."""
    await call.say(f'When the instance is switched to the workspace "{call.body["workspace"]}"')


@RESOURCE.post("/worlds/{world}/cht/upgrade", record({"release": described(NAME, "such as 4.2")}), status=204)
async def upgrade(call: Call) -> None:
    """Upgrade the instance to another release."""
    await call.say(f"When the CHT instance is upgraded to {call.body['release']}")


@RESOURCE.put("/worlds/{world}/cht/url", record({"url": NAME}))
async def set_outgoing_url(call: Call) -> None:
    """Set the URL of RapidPro in CHT's settings: another host, with the key that CHT has."""
    await call.say(f'When the outgoing URL of CHT is "{call.body["url"]}"')


@RESOURCE.patch("/worlds/{world}/cht/settings", ANY_OBJECT, None)
async def change_settings(call: Call) -> None:
    """Merge a JSON object into the app settings."""
    await call.say("When the settings of CHT are changed to include", *json_block(call.body))


@RESOURCE.put("/worlds/{world}/cht/keys/{direction}", record({"value": TEXT}))
async def set_key(call: Call) -> None:
    """Set the incoming or the outgoing key: what flows present to CHT, and what CHT presents to RapidPro."""
    await call.say(f"When the {call.parameter('direction')} key of CHT is {in_quotes(call.body['value'])}")


@RESOURCE.delete("/worlds/{world}/cht/keys/{direction}")
async def delete_key(call: Call) -> None:
    """Delete the incoming or the outgoing key."""
    await call.say(f"When the {call.parameter('direction')} key of CHT is deleted")


@RESOURCE.post("/worlds/{world}/gateway", record({"action": {"enum": list(GATEWAY)}}), status=204)
async def act_on_gateway(call: Call) -> None:
    """Let the gateway crash, stop, start, restart, stand still, go on, or lose its network."""
    await call.say(f"When the gateway {GATEWAY[call.body['action']]}")


@RESOURCE.post("/worlds/{world}/sentinel", record({"action": {"enum": list(SENTINEL)}}), status=204)
async def act_on_sentinel(call: Call) -> None:
    """Stop or start sentinel, the process of CHT that watches documents."""
    await call.say(f"When sentinel {SENTINEL[call.body['action']]}")
