"""Users: the two documents that each has, and the place and the person that belong to them.

Modelled on the public reference of CHT's API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import token_login
from .contact_creation import get_or_create_person, get_or_create_place, store
from .errors import ChtApiError
from .user_checks import (
    UserDataError,
    check_password,
    check_username,
    checked_phone,
    is_offline,
    roles_of,
    stored_roles,
    wants_token_login,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import Document

    from .context import ApiContext

PREFIX = "org.couchdb.user:"
USERS = "_users"
OF_SETTINGS = ("fullname", "email", "phone", "language", "known", "external_id", "oidc_username")
CHANGEABLE = ("place", "contact", "password", "type", "roles", "token_login", *OF_SETTINGS)
"""What a user can be given later."""
OWN = frozenset({"password", "fullname", "email", "phone", "language", "known"})
"""What users may change of themselves."""


async def create_user(context: ApiContext, data: Document, *, several_places: bool = False) -> Document:
    """Make a user whose data has all that is needed, and return the answer: ids and revisions.

    With `several_places` the place may be a list. Raises `ChtApiError`.
    """
    settings = context.settings
    check_username(data["username"])
    phone = checked_phone(data, settings) if wants_token_login(data, settings) else None
    password = data["password"] if phone is None else token_login.new_password(context)
    check_password(password)
    await _require_new(context, data["username"])
    places, contact = await _place_and_contact(context, data, several=several_places)
    identifier = PREFIX + data["username"]
    roles = stored_roles(roles_of(data), settings)
    facility = _facility(places, several=several_places)
    common = {
        "name": data["username"],
        "roles": roles,
        **facility,
        **({"contact_id": contact["_id"]} if contact else {}),
    }
    login = {} if phone is None else {"token_login": await token_login.invite(context, identifier, phone)}
    must_change = {"password_change_required": True} if context.release.is_since("4.17") and phone is None else {}
    user = {"_id": identifier, "type": "user", **common, "password": password, **login, **must_change}
    profile = {name: data[name] for name in OF_SETTINGS if name in data}
    own = {
        "_id": identifier,
        "type": "user-settings",
        **common,
        **profile,
        **({"phone": phone} if phone else {}),
        **login,
    }
    answer: Document = {
        "user": {"id": identifier, "rev": await context.couch.put(user, USERS)},
        "user-settings": {"id": identifier, "rev": await context.couch.put(own)},
    }
    if contact:
        answer["contact"] = {"id": contact["_id"], "rev": contact["_rev"]}
    if login:
        answer["token_login"] = {"expiration_date": login["token_login"]["expiration_date"]}
    return answer


async def _require_new(context: ApiContext, name: str) -> None:
    for database in (USERS, context.database):
        if await context.couch.get(PREFIX + name, database) is not None:
            raise UserDataError(f'Username "{name}" already taken.', "username.taken", {"username": name})


async def _place_and_contact(
    context: ApiContext, data: Document, *, several: bool
) -> tuple[list[Document], Document | None]:
    wanted = data.get("place")
    given = wanted if several and isinstance(wanted, list) else [wanted] if wanted else []
    places = [await get_or_create_place(context, place) for place in given]
    if not data.get("contact"):
        return places, None
    contact = await get_or_create_person(context, data["contact"], places[0] if places else None)
    if places and not any(is_within(contact, place["_id"]) for place in places):
        raise UserDataError("Contact is not within place.", "configuration.user.place.contact")
    if places and not several and (places[0].get("contact") or {}).get("_id") != contact["_id"]:
        places[0] = await store(context, {**places[0], "contact": contact})
    return places, contact


def _facility(places: Sequence[Document], *, several: bool) -> Document:
    ids = [place["_id"] for place in places]
    return {"facility_id": ids if several else ids[0]} if ids else {}


def is_within(contact: Document, place: str) -> bool:
    """Say whether a contact is a place, or below it."""
    above: Any = contact
    while isinstance(above, dict):
        if above.get("_id") == place:
            return True
        above = above.get("parent")
    return False


async def update_user(context: ApiContext, name: str, data: Document) -> Document:
    """Change a user and return the answer: ids and revisions. Raises `ChtApiError`."""
    if not any(field in data for field in CHANGEABLE):
        raise ChtApiError(400, f"One of the following fields are required: {', '.join(CHANGEABLE)}")
    identifier = PREFIX + name
    user, own = await context.couch.get(identifier, USERS), await context.couch.get(identifier)
    if user is None or own is None:
        raise ChtApiError(404, "Failed to find user.")
    if "password" in data:
        check_password(data["password"])
        user["password"] = data["password"]
    changes = await _changes(context, data)
    own |= {field: data[field] for field in OF_SETTINGS if field in data}
    answer: Document = {
        "user": {"id": identifier, "rev": await context.couch.put({**user, **changes}, USERS)},
        "user-settings": {"id": identifier, "rev": await context.couch.put({**own, **changes})},
    }
    return answer


async def _changes(context: ApiContext, data: Document) -> Document:
    changes: Document = {}
    if roles := roles_of(data):
        changes["roles"] = stored_roles(roles, context.settings)
        if is_offline(roles, context.settings) and not all(data.get(each, True) for each in ("place", "contact")):
            raise ChtApiError(400, "Place is required for offline users.")
    several = isinstance(data.get("place"), list)
    places, contact = await _place_and_contact(context, data, several=several)
    return {**changes, **_facility(places, several=several), **({"contact_id": contact["_id"]} if contact else {})}
