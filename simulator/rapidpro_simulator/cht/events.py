"""The events that CHT and its CouchDB record."""

from __future__ import annotations

from rapidpro_simulator.world.events import EventKind

CHT_EVENTS = (
    EventKind("cht.exit", ("reason",), "CHT exits: {reason}"),
    EventKind("cht.log", ("text", "request"), "CHT logs: {text}"),
    EventKind(
        "cht.settings",
        ("outgoing_service",),
        lambda data: f"CHT has its settings: it sends through {data['outgoing_service'] or 'no service'}",
    ),
    EventKind(
        "settings.not_simulated",
        ("names",),
        lambda data: f"CHT's settings name what is not simulated: {', '.join(data['names'])}",
    ),
    EventKind("phone.sync_failed", ("user", "problem"), "the phone of {user} cannot synchronise: {problem}"),
    EventKind("phone.rules_failed", ("user", "problem"), "the rules of tasks fail on the phone of {user}: {problem}"),
    EventKind("phone.task", ("user", "origin", "title", "state"), "the {origin} task {title!r} of {user} is {state}"),
    EventKind("cht.upgraded", ("instance", "before", "release"), "{instance} is upgraded from {before} to {release}"),
    EventKind("project.complaint", ("severity", "text"), "the CHT project, {severity}: {text}"),
    EventKind("couchdb.log", ("db", "design", "text"), "{db}: _design/{design} logs: {text}"),
    EventKind("sentinel.started", ("sentinel", "release"), "{sentinel} starts, CHT {release}"),
    EventKind("sentinel.stopped", ("sentinel",), "{sentinel} is stopped"),
    EventKind("sentinel.crashed", ("sentinel",), "{sentinel} crashes"),
    EventKind("sentinel.exit", ("reason", "sentinel"), "{sentinel} exits: {reason}"),
    EventKind("sentinel.log", ("text", "sentinel"), "{sentinel} logs: {text}"),
    EventKind("document.saved", ("db", "id", "rev"), "{db}: {id} is saved as {rev}"),
)
