"""What `rapidpro-simulator serve` prints when it is ready: addresses, tokens, users, and commands to try.

Tokens and passwords are shown here on purpose: they are fakes, drawn from the seed. The journal never has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.served.live import LiveInstance, LiveSimulation

MOST_FLOWS = 8  # that are shown by name
READY = "ready; Ctrl-C ends it"
SPEEDS = {0.0: "time is paused", 1.0: "in real time"}
TO = "+254712345678"
DOCUMENT = (
    '{"type": "data_record", "reported_date": 1, "tasks": [{"state": "pending", '
    f'"messages": [{{"uuid": "visit-1", "to": "{TO}", "message": "Visit tomorrow"}}]}}]}}'
)


def welcome(live: LiveSimulation, console: str, token: str | None) -> str:
    """Return the text; its last line is `READY`. `console` is the base URL of the control API, `token` its token."""
    plan = live.plan
    speed = SPEEDS.get(plan.speed, f"{plan.speed:g} times as fast as real time")
    lines = [f"rapidpro-simulator serve, seed {plan.seed}, {speed}", ""]
    for host in live.simulation.hosts.values():
        lines += [*_rapidpro(host), ""]
    for instance in live.instances:
        lines += [*_cht(instance, plan.speed), ""]
    lines += [*_to_try(live), "", *_control(console, token), ""]
    lines += [*([f"journal  {plan.journal.resolve()}"] if plan.journal else []), READY]
    return "\n".join(lines)


def _control(console: str, token: str | None) -> Iterator[str]:
    yield f"console      {console}/{f'?token={token}' if token else ''}"
    yield f"control API  {console}/v1  (described at {console}/openapi.json)"
    yield f"  token      {token or 'none is asked for'}"


def _rapidpro(host: RapidProHost) -> Iterator[str]:
    installation = host.installation
    yield f"RapidPro {host.name} ({installation.generation.name})  {host.live_url}"
    workspaces = installation.workspaces.values()
    rows = [(each.name, each.database.country or "", each.channels[0].kind.name, each.token.key) for each in workspaces]
    yield from _table(("workspace", "country", "channel", "token"), rows)
    for workspace in workspaces:
        for url in filter(None, map(host.receive_url, workspace.channels)):
            yield f"  texts to {workspace.name}: {url}"
        if len(workspace.flows):
            shown = [f"{flow.name}{_keywords(workspace, flow)}" for flow in list(workspace.flows)[:MOST_FLOWS]]
            more = f" and {len(workspace.flows) - MOST_FLOWS} more" if len(workspace.flows) > MOST_FLOWS else ""
            yield f"  flows of {workspace.name}: {', '.join(shown)}{more}"


def _keywords(workspace: Workspace, flow: Flow) -> str:
    keywords = [word for trigger in workspace.database.triggers if trigger.flow is flow for word in trigger.keywords]
    return f" ({', '.join(keywords)})" if keywords else ""


def _cht(live: LiveInstance, speed: float) -> Iterator[str]:
    instance, workspace = live.instance, live.workspace
    address = f"  {instance.host.live_url}" if "api" not in instance.without else ""
    yield f"CHT {instance.name} ({instance.release.name}){address}"
    yield f"  CouchDB        {instance.couch_host.live_url}/{instance.database}"
    if instance.without:
        yield f"  without        {', '.join(sorted(instance.without))}; what takes their place needs"
        yield f"                 COUCH_URL={_couch_url(live)}"
    pace = f", every {instance.interval / speed:g} s" if speed and "gateway" not in instance.without else ""
    yield f"  sends through  {workspace.name} on {workspace.runtime.platform.name}{pace}"
    yield f"  incoming key   {live.incoming_key}"
    if live.project is not None:
        count = len(live.project.complaints)
        more = f"; {counted(count, 'remark')}: rapidpro-simulator project {live.project.folder}" if count else ""
        yield f"  project        {live.project.folder}: {live.project.summary}{more}"
    yield from _table(("user", "password"), list(live.passwords.items()))


def _couch_url(live: LiveInstance) -> str:
    scheme, _, place = live.instance.couch_host.live_url.partition("//")
    return f"{scheme}//{':'.join(live.instance.administrator)}@{place}/{live.instance.database}"


def _to_try(live: LiveSimulation) -> Iterator[str]:
    host = next(iter(live.simulation.hosts.values()))
    token = next(iter(host.installation.workspaces.values())).token.key
    yield "# ask RapidPro to send a message, and what became of it"
    yield _curl(
        f"-H 'Authorization: Token {token}'",
        f"{host.live_url}/api/v2/broadcasts.json",
        f"""
        {{"urns": ["tel:{TO}"], "text": "Hello"}}""",
    )
    yield _curl(f"-H 'Authorization: Token {token}'", f"'{host.live_url}/api/v2/messages.json?broadcast=1'")
    yield from _to_text(live)
    yield from _to_start(live)
    for each in live.instances[:1]:
        if "api" in each.instance.without:
            return
        user, password = each.instance.administrator
        url = each.instance.host.live_url
        yield "# let CHT send a message, and look at its state"
        yield _curl(f"-u {user}:{password} -X PUT", f"{url}/{each.instance.database}/visit", DOCUMENT)
        yield _curl(f"-u {user}:{password}", f"{url}/{each.instance.database}/visit")
        yield "# a message from a phone, as a flow of RapidPro hands it to CHT"
        message = f'{{"id": "1", "from": "{TO}", "content": "I am here"}}'
        webhook = f"{url}/api/v2/sms/rapidpro/incoming-messages"
        yield _curl(f"-H 'Authorization: Token {each.incoming_key}'", webhook, message)


def _to_text(live: LiveSimulation) -> Iterator[str]:
    text = next((word.upper() for word in _keywords_of(live)), "JOIN")
    yield "# a text from a phone; from another terminal in this folder, or over HTTP"
    yield f'rapidpro-simulator sms {TO} "{text}"'
    for host in live.simulation.hosts.values():
        workspace = next(iter(host.installation.workspaces.values()))
        for url in filter(None, map(host.receive_url, workspace.channels)):
            yield f"curl -s -d 'from={TO}&text={text}' {url}"
            return


def _keywords_of(live: LiveSimulation) -> Iterator[str]:
    host = next(iter(live.simulation.hosts.values()))
    workspace = next(iter(host.installation.workspaces.values()))
    return (word for trigger in workspace.database.triggers for word in trigger.keywords)


def _to_start(live: LiveSimulation) -> Iterator[str]:
    for host in live.simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            for flow in list(workspace.flows)[:1]:
                yield f"# let somebody begin the flow {flow.name}"
                yield _curl(
                    f"-H 'Authorization: Token {workspace.token.key}'",
                    f"{host.live_url}/api/v2/flow_starts.json",
                    f"""
                    {{"flow": "{flow.uuid}", "urns": ["tel:{TO}"]}}""",
                )
                return


def _curl(options: str, url: str, body: str | None = None) -> str:
    content = "" if body is None else f" \\\n  -H 'Content-Type: application/json' -d '{body.strip()}'"
    return f"curl -s {options} {url}{content}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
