"""The commands within a chat: lines that begin with a slash. All other lines are messages of the contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .durations import read_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .conversation import Conversation

SLASH = "/"


class ChatCommandError(ValueError):
    """A command that cannot be carried out; the text is a sentence."""


class ChatCommand(NamedTuple):
    """A command: what stands behind it, what it is for, and what it does."""

    argument: str
    purpose: str
    run: Callable[[Conversation, str], bool | None]


def carry_out(conversation: Conversation, line: str) -> bool:
    """Carry out a line of the chat; return whether the chat goes on. Raises `ChatCommandError` with a sentence."""
    if not line.startswith(SLASH) or line.startswith(SLASH * 2):
        conversation.write(line.removeprefix(SLASH))
        return True
    name, _, argument = line.removeprefix(SLASH).partition(" ")
    if name.isdecimal():
        conversation.write(_offered(conversation, int(name)))
        return True
    command = CHAT_COMMANDS.get(name.lower())
    if command is None:
        raise ChatCommandError(f"there is no command /{name}; /help lists them, and // begins a message with a slash")
    return command.run(conversation, argument.strip()) is not False


def _offered(conversation: Conversation, number: int) -> str:
    offered = conversation.transcript.offered
    if not 1 <= number <= len(offered):
        there_are = f"there are /1 to /{len(offered)}" if offered else "there is none to choose from"
        raise ChatCommandError(f"there is no quick reply /{number}: {there_are}")
    return offered[number - 1]


def _help(conversation: Conversation, _argument: str) -> None:
    rows = [(f"/{name} {command.argument}".strip(), command.purpose) for name, command in CHAT_COMMANDS.items()]
    rows += [("/1", "choose the first quick reply"), ("//…", "a message that begins with a slash")]
    width = max(len(usage) for usage, _ in rows)
    for usage, purpose in rows:
        conversation.transcript.say(f"  {usage:{width}}  {purpose}", "dim")


def _wait(conversation: Conversation, argument: str) -> None:
    try:
        conversation.wait(read_duration(argument) if argument else None)
    except ValueError as error:
        raise ChatCommandError(str(error)) from None


def _results(conversation: Conversation, _argument: str) -> None:
    transcript = conversation.transcript
    runs = conversation.results()
    if not runs:
        transcript.remark("no flow has been run")
    for run in runs:
        transcript.say(f"  {run.flow.name}: {run.status.value}", "bold")
        for result in run.results.values():
            category = f" ({result['category']})" if result.get("category") else ""
            transcript.say(f"    {result['name']} = {result['value']}{category}")
        if not run.results:
            transcript.say("    no results", "dim")


def _contact(conversation: Conversation, _argument: str) -> None:
    known = conversation.portrait()
    width = max(map(len, known))
    for name, text in known.items():
        conversation.transcript.say(f"  {name:{width}}  {text}")


def _field(conversation: Conversation, argument: str) -> None:
    key, _, value = argument.partition(" ")
    if not key.isidentifier():
        raise ChatCommandError("which field? Write it like /field age 32; without a value it is emptied")
    conversation.set_field(key, value.strip())


def _global(conversation: Conversation, argument: str) -> None:
    key, _, value = argument.partition(" ")
    if not key.isidentifier():
        raise ChatCommandError("which global? Write it like /global clinic Kisumu")
    conversation.set_global(key, value.strip())


def _attach(conversation: Conversation, argument: str) -> None:
    kind, _, url = argument.partition(":")
    if not kind or not url:
        raise ChatCommandError("what is to be sent? Write it like /attach image/jpeg:https://example.org/photo.jpg")
    conversation.write("", (argument,))


def _restart(conversation: Conversation, _argument: str) -> None:
    conversation.start()


def _why(conversation: Conversation, argument: str) -> None:
    transcript = conversation.transcript
    transcript.explains = {"on": True, "off": False}.get(argument, not transcript.explains)
    transcript.remark(f"reasons are {'on' if transcript.explains else 'off'}")


def _quit(_conversation: Conversation, _argument: str) -> bool:
    return False


CHAT_COMMANDS: Mapping[str, ChatCommand] = {
    "wait": ChatCommand("[HOW LONG]", "let time pass, such as 1 day; without a length, until something happens", _wait),
    "results": ChatCommand("", "what the flow has saved", _results),
    "contact": ChatCommand("", "what is known of the contact", _contact),
    "field": ChatCommand("KEY [VALUE]", "give the contact a value in a field, or none", _field),
    "global": ChatCommand("KEY VALUE", "give a global of the workspace a value", _global),
    "attach": ChatCommand("TYPE:URL", "send an attachment", _attach),
    "restart": ChatCommand("", "begin the flow again", _restart),
    "why": ChatCommand("[on|off]", "tell why each branch was taken, or do not", _why),
    "help": ChatCommand("", "this list", _help),
    "quit": ChatCommand("", "end; so does Ctrl-D", _quit),
}
