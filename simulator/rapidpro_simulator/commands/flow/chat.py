"""`rapidpro-simulator flow chat`: talk to a flow of an export in the terminal, or let a file do it."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from rapidpro_simulator.rapidpro.export_files import import_file, skipped
from rapidpro_simulator.rapidpro.generations import generation as generation_of
from rapidpro_simulator.rapidpro.model.flows import VOICE
from rapidpro_simulator.rapidpro.surveyor import is_of_surveyor, take_online
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.terminal import Terminal
from rapidpro_simulator.world.errors import UsageError

from .chat_commands import ChatCommandError, carry_out
from .contacts import create_contact
from .conversation import STARTED_BY_TEXT, Conversation
from .saving import save
from .transcript import Transcript
from .webhooks import RealServers, read_answers, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.workspace import Workspace

HOST, WORKSPACE = "rapidpro.example", "Main"
PROMPT = "> "


@dataclass(frozen=True)
class ChatOptions:
    """What was asked for: see `rapidpro-simulator flow chat --help`."""

    export: Path
    flow: str | None = None
    lenient: bool = False
    webhooks: Path | None = None
    contact: Path | None = None
    language: str | None = None
    globals: Mapping[str, str] = field(default_factory=dict)
    llm: Mapping[str, str] = field(default_factory=dict)
    generation: str = "community"
    seed: int = 0
    journal: Path | None = None
    save: Path | None = None
    color: bool = True
    explains: bool = True


def chat(options: ChatOptions) -> int:
    """Talk until the input ends or `/quit`; return the exit code. Raises `UsageError`."""
    try:
        generation_of(options.generation)
    except ValueError as error:
        raise UsageError(f"--generation: {error}") from None
    terminal = Terminal(sys.stdout, color=options.color, fast=True)
    with Simulation(seed=options.seed, generation=options.generation) as simulation, _journal(simulation, options):
        conversation = _prepare(simulation, options, terminal)
        _talk(conversation, terminal)
        if options.save is not None:
            save(conversation, options.export, options.globals, options.save)
            terminal.say(f"saved: {options.save}; pytest {options.save} runs it")
    return 0


@contextmanager
def _journal(simulation: Simulation, options: ChatOptions) -> Iterator[None]:
    if options.journal is None:
        yield
        return
    try:
        options.journal.touch()
    except OSError as error:
        raise UsageError(f"the journal {options.journal} cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        simulation.journal.save(options.journal)


def _prepare(simulation: Simulation, options: ChatOptions, terminal: Terminal) -> Conversation:
    """Bring the export into a workspace, with the contact in it, and say what there is."""
    host = simulation.rapidpro(HOST)
    workspace = host.workspace(WORKSPACE)
    flows = import_file(workspace, options.export, lenient=options.lenient)
    flow = _choose(workspace, flows, options)
    if flow is not None and flow.kind == VOICE:
        raise UsageError(f"{flow.name!r} is a voice flow; only flows of messages can be talked to here")
    workspace.settings.languages = _languages(workspace, flows, flow)
    for key, value in options.globals.items():
        workspace.globals.set(key, value)
    workspace.language_models.answer_all(options.llm)
    _answer_webhooks(simulation, host, workspace, options)
    contact = create_contact(workspace, options.contact, options.language)
    transcript = Transcript(workspace, contact, terminal)
    transcript.explains = options.explains
    now = transcript.moment(simulation.clock.now())
    begins = flow.name if flow else f"one of {len(flows)} flows"
    transcript.say(f"{begins}, with {contact.name or 'somebody'} ({contact.urns[0]}), {now}", "bold")
    for omission in skipped(workspace):
        transcript.note("skipped", omission, "yellow")
    if flow is not None and is_of_surveyor(flow):
        take_online(workspace, flow)
        transcript.remark("it is a flow of Surveyor: here it is run like a flow of messages")
    return Conversation(simulation, workspace, contact, flow, transcript)


def _choose(workspace: Workspace, flows: list[Flow], options: ChatOptions) -> Flow | None:
    """Return the flow to begin with; None where the contact is to write a keyword first."""
    names = ", ".join(repr(flow.name) for flow in flows) or "none"
    if options.flow is None:
        if len(flows) == 1:
            return flows[0]
        if any(trigger.kind in STARTED_BY_TEXT for trigger in workspace.database.triggers):
            return None
        raise UsageError(f"which flow of {options.export}? There are: {names}")
    flow = workspace.flows.named(options.flow) or workspace.flows.get(options.flow)
    if flow is None:
        raise UsageError(f"{options.export} has no flow {options.flow!r}; there are: {names}")
    return flow


def _languages(workspace: Workspace, flows: list[Flow], first: Flow | None) -> tuple[str, ...]:
    """Return all languages of the flows, the one that the first is written in before the others."""
    languages = [flow.definition.get("language", "") for flow in (*([first] if first else []), *flows)]
    for flow in flows:
        languages += flow.definition.get("localization") or {}
    return tuple(dict.fromkeys(language for language in languages if language)) or workspace.settings.languages


def _answer_webhooks(simulation: Simulation, host: RapidProHost, workspace: Workspace, options: ChatOptions) -> None:
    answers = RealServers(simulation) if options.webhooks is None else read_answers(options.webhooks)
    host.installation.platform.webhook = recorded(workspace, answers.call)


def _talk(conversation: Conversation, terminal: Terminal) -> None:
    conversation.start()
    for line in _lines(sys.stdin, terminal):
        if not line.strip():
            continue
        try:
            if not carry_out(conversation, line):
                return
        except ChatCommandError as error:
            conversation.transcript.remark(str(error), "yellow")


def _lines(stream: TextIO, terminal: Terminal) -> Iterator[str]:
    """Yield the lines that are written; those that are not typed into a terminal are shown."""
    if stream.isatty():
        _remember_lines()
        while True:
            try:
                yield input(PROMPT)
            except EOFError:
                terminal.say()
                return
    for line in stream:
        text = line.rstrip("\n")
        if text.strip():
            terminal.say(f"{PROMPT}{text}")
        yield text


def _remember_lines() -> None:
    """Let the arrow keys bring back what was written before, where the terminal can do that."""
    with suppress(ImportError):
        import readline  # noqa: F401 (importing it is what does it)
