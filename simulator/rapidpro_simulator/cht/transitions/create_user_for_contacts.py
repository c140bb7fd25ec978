"""`create_user_for_contacts`: logins for people who are added, or who follow others (cht-sentinel 5.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import is_person
from rapidpro_simulator.cht.javascript import compile_pattern, is_truthy, trim
from rapidpro_simulator.cht.messages.lineage_words import object_path

from .errors import ConfigurationError, TransitionError
from .transition import Transition
from .users import UserRefusedError

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext
    from .users import Users

    Json = dict[str, Any]

NAME = "create_user_for_contacts"
NO_LOGIN = f"Configuration error. Token login must be enabled to use the {NAME} transition."
NO_URL = f"Configuration error. The app_url must be defined to use the {NAME} transition."
READY, COMPLETE, FAILED = "READY", "COMPLETE", "ERROR"

_UNWANTED = compile_pattern(r"[^a-z0-9 ]")
_BLANKS = compile_pattern(r" +")


def check(context: TransitionContext) -> None:
    if not is_truthy(context.section("token_login").get("enabled")):
        raise ConfigurationError(NO_LOGIN)
    if not is_truthy(context.settings.get("app_url")):
        raise ConfigurationError(NO_URL)


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return (
        context.users is not None
        and is_person(context.settings, document)
        and (_is_new_user(context, change) or bool(_replacements(document)))
    )


async def run(context: TransitionContext, change: Change) -> bool:
    users = context.users
    assert users is not None
    if _is_new_user(context, change):
        await _create(context, users, change.document)
        del change.document["user_for_contact"]["create"]
    for name, replacement in _replacements(change.document).items():
        await _replace(context, users, name, replacement)
    return True


def _is_new_user(context: TransitionContext, change: Change) -> bool:
    wanted = object_path(change.document, "user_for_contact.create")
    return change.is_first and wanted == "true" and context.release.creates_users_for_new_contacts


def _replacements(document: Json) -> dict[str, Json]:
    found = object_path(document, "user_for_contact.replace")
    entries = found if isinstance(found, dict) else {}
    return {name: each for name, each in entries.items() if isinstance(each, dict) and each.get("status") == READY}


async def _create(context: TransitionContext, users: Users, person: Json) -> None:
    try:
        await users.create(_user_of(context, person))
    except UserRefusedError as error:
        raise TransitionError(str(error), changed=True) from error


async def _replace(context: TransitionContext, users: Users, name: str, replacement: Json) -> None:
    """Give the one who follows a user a login, and take the user's own away."""
    identifier = str(replacement.get("replacement_contact_id"))
    person = await context.lineage.read(identifier)
    try:
        if person is None:
            raise TransitionError(f"Failed to find person with id [{identifier}].", changed=True)
        await users.create(_user_of(context, person, await users.roles_of(name)))
        await users.reset_password(name)
    except (UserRefusedError, TransitionError) as error:
        replacement["status"] = FAILED
        raise TransitionError(str(error), changed=True) from error
    replacement["status"] = COMPLETE


def _user_of(context: TransitionContext, person: Json, roles: list[str] | None = None) -> Json:
    """Return the data of the user that a person is to become. Raises `TransitionError` where something is missing."""
    identifier, name = person.get("_id"), person.get("name")
    if not is_truthy(name):
        raise TransitionError(f"Contact [{identifier}] must have a name.", changed=True)
    chosen = roles or person.get("roles") or ([person["role"]] if is_truthy(person.get("role")) else [])
    if not chosen:
        raise TransitionError(f'Contact [{identifier}] must have a "role" or "roles" property.', changed=True)
    return {
        "username": _user_name(context, str(name)),
        "roles": chosen,
        "phone": person.get("phone"),
        "place": object_path(person, "parent._id"),
        "contact": identifier,
        "fullname": name,
        "token_login": True,
    }


def _user_name(context: TransitionContext, name: str) -> str:
    plain = _BLANKS.sub("-", trim(_UNWANTED.sub("", name.lower())))
    return f"{plain}-{context.stream.randrange(1000, 10000)}"


CREATE_USER_FOR_CONTACTS = Transition(
    NAME, matches, run, check, once=False, exists=lambda release: release.has_users_for_contacts
)
