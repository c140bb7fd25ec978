"""What happens to one contact in flows, told line by line while it happens.

It listens to the journal: `< ` is what the contact reads, `> ` what the contact writes, and indented lines say why.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of

from .durations import tell_duration
from .event_notes import OBSTACLES, EventNote, note_of

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.testing.terminal import Terminal
    from rapidpro_simulator.world.journal import Entry

LEAP = timedelta(minutes=1)  # more time than that between two lines is told
LABEL_WIDTH = 10
MOST_TESTS = 4
OUT_OF_TIME = "no answer in time"
REASONS = {"by chance": "by chance", "the default": "by default", "": "as there is no other"}
FAILED_TEST = " said 'false'"


class Transcript:
    """Tells on a terminal what happens to `contact`; `explains` says whether with the reason of every branch."""

    def __init__(self, workspace: Workspace, contact: Contact, terminal: Terminal) -> None:
        self._workspace = workspace
        self._contact = contact
        self._terminal = terminal
        self._told_at = workspace.runtime.platform.context.clock.now()
        self.explains = True
        self.lines = 0  # of what has happened so far
        self.offered: list[str] = []  # the quick replies of the last message that had any
        self._held: list[EventNote] = []
        self._known = portrait(workspace, contact)
        workspace.runtime.platform.context.journal.listeners.append(self._hear)

    # What others want to say

    def say(self, text: str = "", *styles: str) -> None:
        """Write lines that are no part of what happens."""
        for line in text.split("\n"):
            self._terminal.say(self._terminal.paint(line, *styles).rstrip())

    def note(self, label: str, text: str, *styles: str) -> None:
        """Write a line beside the conversation; what follows a line break is indented as well."""
        first, *others = text.split("\n")
        for beginning, line in [(label, first), *(("", line) for line in others)]:
            self.say(f"  {beginning:<{LABEL_WIDTH}}{line}", *(styles or ("dim",)))

    def remark(self, text: str, *styles: str) -> None:
        """Write a line that is about the chat itself."""
        self.say(f"  ({text})", *(styles or ("dim",)))

    def passed(self) -> None:
        """Say what time it is, where that has not been said."""
        elapsed = self._now - self._told_at
        if elapsed >= LEAP:
            minutes = timedelta(minutes=round(elapsed / LEAP))
            self.say(f"-- {tell_duration(minutes)} later, {self.moment(self._now)} --", "cyan")
        self._told_at = self._now

    def settle(self) -> None:
        """Tell what is left to tell."""
        self._release()
        self._compare()

    def _compare(self) -> None:
        """Tell what has changed of the contact since this was asked last."""
        before, self._known = self._known, portrait(self._workspace, self._contact)
        for name in dict.fromkeys((*before, *self._known)):
            old, new = before.get(name), self._known.get(name)
            if old != new:
                self.happened(EventNote("contact", _change(name, old, new)))

    def moment(self, instant: datetime) -> str:
        """Return an instant as the workspace's clock shows it."""
        return f"{instant.astimezone(timezone_of(self._workspace.settings.timezone)):%a %-d %b %Y %H:%M}"

    @property
    def _now(self) -> datetime:
        return self._workspace.runtime.platform.context.clock.now()

    # What happens

    def happened(self, note: EventNote) -> None:
        """Tell something that has happened."""
        self.passed()
        self.lines += 1
        self.note(*note[:2], *note.styles)

    def _hear(self, entry: Entry) -> None:
        if entry.get("workspace") != self._workspace.name or not self._concerns(entry.data):
            return
        self._compare()  # no event tells of changes, but all that happened before this one have had their effect
        if entry.kind == "message.created" and entry.data["direction"] == "out":
            message = self._workspace.database.store.message(entry.data["message"])
            if message is not None:
                self._read(message)
        elif entry.kind == "flow.branch":
            self._explain(entry.data)
        else:
            note = note_of(entry)
            if note is not None:
                self.happened(note)
            if entry.kind == "flow.started":
                self._release()

    def _explain(self, data: dict[str, Any]) -> None:
        if not self.explains:
            return
        note = EventNote("why", self._reason(data))
        if self._contact.session is None:
            self._held.append(note)  # the journal has the branches of a sprint first: the flow has yet to begin
        else:
            self.happened(note)

    def _release(self) -> None:
        held, self._held = self._held, []
        for note in held:
            self.happened(note)

    def _concerns(self, data: dict[str, Any]) -> bool:
        uuid = self._contact.uuid
        return data.get("contact", uuid) == uuid and uuid in data.get("contacts", (uuid,))

    def _read(self, message: Message) -> None:
        self.passed()
        self.lines += 1
        whose = "" if message.contact is self._contact else f"(to {message.contact.name or message.urn}) "
        text = (whose + message.text).replace("\n", "\n  ")
        self.say(f"< {text}", *(("green",) if not whose else ("dim",)))
        for attachment in message.attachments or ():
            self.say(f"  [{attachment}]", "green")
        if message.failed_reason is not None:
            self.note("failed", OBSTACLES[message.failed_reason], "red")
        if message.contact is self._contact:
            self._offer(message)

    def _offer(self, message: Message) -> None:
        replies = [str(reply.get("text") or f"({reply.get('type')})") for reply in message.quick_replies or ()]
        if replies:
            self.say("  " + "   ".join(f"/{number} {text}" for number, text in enumerate(replies, 1)), "yellow")
        self.offered = replies

    def _reason(self, data: dict[str, Any]) -> str:
        """Say why a node was left as it was: what was looked at, what it was taken for, and by which test."""
        category = data["category"] or "no category"
        subject = self._subject(data["flow"], data["node"])
        if data["reason"] == OUT_OF_TIME:
            return f"{subject}: {OUT_OF_TIME}, so {category}"
        tried = list(data["tried"])
        because = REASONS.get(data["reason"]) or f"because {tried.pop()}"
        others = f", having tried {_listed(tried)}" if tried else ""
        return f"{subject}: “{data['operand']}” is {category}, {because}{others}"

    def _subject(self, flow_name: str, node_uuid: str) -> str:
        """Return what a node decides on: its result, or the expression it looks at."""
        flow = self._workspace.flows.named(flow_name)
        definition = self._workspace.mailroom.inspections.definition(flow.uuid) if flow else None
        node = definition.node(node_uuid) if definition else None
        router = node.router if node else None
        return getattr(router, "result_name", "") or getattr(router, "operand", "") or flow_name


def portrait(workspace: Workspace, contact: Contact) -> dict[str, str]:
    """Return what is known of a contact, by name, in the order in which people would tell it."""
    known = {"name": contact.name or "", "language": contact.language or "", "timezone": contact.timezone or ""}
    known["status"] = contact.status.value
    known["urns"] = ", ".join(contact.urns)
    for key, text in contact.fields.items():
        known[f"field {key}"] = text
    for group in workspace.groups.of(contact):
        known[f"group {group.name}"] = "member"
    return {name: text for name, text in known.items() if text}


def _change(name: str, old: str | None, new: str | None) -> str:
    kind, _, which = name.partition(" ")
    if kind == "group":
        return f"joined the group {which}" if new else f"left the group {which}"
    return f"{name} is now {new}" if new else f"{name} is empty now"


def _listed(tests: list[str]) -> str:
    more = f" and {len(tests) - MOST_TESTS} more" if len(tests) > MOST_TESTS else ""
    return ", ".join(test.removesuffix(FAILED_TEST) for test in tests[:MOST_TESTS]) + more
