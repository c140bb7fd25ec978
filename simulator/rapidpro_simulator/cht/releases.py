"""CHT releases: what differs between them, as a table that can be read (cht 13).

A release inherits everything from those before it; `CHANGES` says what each one brought.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Version = tuple[int, int, int]

INCOMING = "/api/v2/sms/rapidpro/incoming-messages"
MISSPELT_INCOMING = "/api/v1/sms/radpidpro/incoming-messages"  # by CHT itself (cht 1.1)


class HttpClient(StrEnum):
    """The library with which CHT makes its requests (cht 5.7)."""

    REQUEST = "request"  # does not redirect a POST, keeps unreadable JSON as text, knows the status before the body
    FETCH = "fetch"  # redirects a POST into a GET, reads the body before the status


class CredentialStore(StrEnum):
    """Where CHT keeps its keys (cht 3.2)."""

    CONFIG = "config"  # CouchDB's configuration, section `medic-credentials`
    VAULT = "vault"  # the database `<db>-vault`, encrypted


@dataclass(frozen=True)
class Release:
    """How one release behaves."""

    version: Version = (3, 11, 0)
    http_client: HttpClient = HttpClient.REQUEST
    headers_timeout: float | None = None  # seconds until an unanswered request is given up; None: never
    user_agent: str | None = None  # a template for `{version}`
    credentials: CredentialStore = CredentialStore.CONFIG
    credential_keys_encoded: bool = False
    incoming_paths: tuple[str, ...] = (MISSPELT_INCOMING,)
    rejected_messages_fail: bool = False  # a 400 makes the message `failed`
    unknown_status_is_queued: bool = False  # else it is an error that is swallowed
    tolerates_missing_documents: bool = False
    limits_logins: bool = False
    audits: bool = False  # every write to the main database is noted in `<db>-audit`
    outbound_cron: bool = False  # a push may have times at which alone it is sent
    outbound_requires_rules: bool = False  # a destination of the mapping without rule is an error, not the document
    outbound_keeps_later_pushes: bool = False  # what is not due stays in the queue, and is not taken for deleted
    due_only_if_scheduled: bool = False  # else a sent task of the same instant becomes pending again (H14)
    due_needs_text: bool = False  # else a task with messages becomes pending, although nothing could be sent
    due_knows_uuids: bool = False  # a report that names its patient by `patient_uuid` only has one when it is due
    tombstones: bool = True  # a deleted document leaves a copy of its last revision
    gives_up_changes: bool = False  # a change that failed six times is not tried again
    express: int = 4
    message_uuid: int = 4
    local_phone_filter: bool = False  # {{#local_phone}} in templates
    replies_to_unknown_senders: bool = False  # update_clinics; before, there is an error only
    mutes_places_as_places: bool = False  # messages about a muted place; before, the place is the patient too
    has_users_for_contacts: bool = False  # the transition create_user_for_contacts, for those who follow others
    creates_users_for_new_contacts: bool = False  # and for those who are added
    mutes_only_who_changes: bool = False  # before, contacts that are muted already are muted anew
    validations_take_plain_texts: bool = False  # a rule's `message` may be a text, not only one for each language
    has_sent_forms: bool = True  # the transition update_sent_forms
    translates_rejections: bool = False  # errors of reports that are refused without a message of the project's own
    tolerates_failing_filters: bool = False  # of transitions; before, the change fails
    names_loading_errors: bool = False  # of transitions
    explains_loading_errors: bool = False  # with more than one sentence
    dates_transitions: bool = False  # info documents say when a transition ran
    merges_validations: bool = False  # every rule counts, functions that look things up go with others
    schedules_from_report: bool = False  # those without `start_from`; before, from the beginning of today
    start_from_lists: bool = False  # a schedule's `start_from` may name several fields
    exact_lmp_dates: bool = False  # add_expected_date reads dates, and no weeks are no expected date
    optional_report_messages: bool = False  # an entry of `patient_reports` may have no messages
    phones_of_patients: bool = False  # add_patient takes the form's phone number
    recipient_lists: bool = False  # a recipient may be a list or a number, and `sms.default_to_sender` counts

    @property
    def name(self) -> str:
        return ".".join(map(str, self.version))

    def is_since(self, name: str) -> bool:
        """Say whether this is the release called `name`, or a later one. Raises `ValueError` for what is none."""
        return self.version >= release(name).version

    def is_until(self, name: str) -> bool:
        """Say whether this is the release called `name`, or an earlier one; 4.13.2 still belongs to 4.13."""
        precision = len(name.split("."))
        return self.version[:precision] <= release(name).version[:precision]


CHANGES: dict[Version, dict[str, Any]] = {
    (3, 11, 0): {},
    (3, 12, 0): {
        "replies_to_unknown_senders": True,
        "validations_take_plain_texts": True,
        "translates_rejections": True,
        "mutes_places_as_places": True,
    },
    (3, 13, 0): {"mutes_only_who_changes": True},
    (3, 15, 0): {"exact_lmp_dates": True},
    (4, 0, 0): {"credentials": CredentialStore.VAULT, "has_sent_forms": False},
    (4, 1, 0): {
        "has_users_for_contacts": True,
        "tolerates_failing_filters": True,
        "incoming_paths": (INCOMING, MISSPELT_INCOMING),
    },
    (4, 2, 0): {"creates_users_for_new_contacts": True, "schedules_from_report": True},
    (4, 3, 0): {
        "names_loading_errors": True,
        "phones_of_patients": True,
        "tombstones": False,
    },
    (4, 4, 0): {"credential_keys_encoded": True},
    (4, 5, 0): {"start_from_lists": True, "outbound_cron": True, "gives_up_changes": True},
    (4, 6, 0): {"limits_logins": True},
    (4, 7, 0): {"dates_transitions": True, "due_knows_uuids": True},
    (4, 11, 0): {"outbound_keeps_later_pushes": True},
    (4, 14, 0): {"rejected_messages_fail": True, "unknown_status_is_queued": True},  # issue 9467
    (4, 15, 0): {"merges_validations": True},
    (4, 17, 0): {
        "http_client": HttpClient.FETCH,
        "user_agent": "node",
        "headers_timeout": 300.0,
        "outbound_requires_rules": True,
    },
    (4, 19, 0): {"user_agent": "Community Health Toolkit/{version} (linux,x64)"},
    (4, 20, 0): {"audits": True},
    (4, 22, 0): {"headers_timeout": None, "express": 5},  # issue 10296
    (5, 1, 0): {"recipient_lists": True, "due_needs_text": True},
    (5, 1, 1): {"due_only_if_scheduled": True},
    (5, 2, 0): {
        "explains_loading_errors": True,
        "optional_report_messages": True,
        "tolerates_missing_documents": True,
        "message_uuid": 7,
        "local_phone_filter": True,
    },  # issue 10944
}


def _releases() -> Iterator[Release]:
    known = Release()
    for version, changes in CHANGES.items():
        known = replace(known, version=version, **changes)
        yield known


RELEASES: Mapping[Version, Release] = MappingProxyType({each.version: each for each in _releases()})
"""The releases of the table, each with what those before it brought."""


def release(name: str) -> Release:
    """Return the release called `name` (`5.2`, `4.14.0`; `latest`); one between two of the table is like the earlier.

    Raises `ValueError` that says which there are: where the name is no version, or none that has a RapidPro gateway.
    """
    latest = max(RELEASES)
    version = latest if name == "latest" else _parse(name)
    if version is None or not min(RELEASES) <= version < (latest[0] + 1, 0, 0):
        raise ValueError(f"no CHT release is called {name!r}; there are: 3.11 to 5.2, written like 4.14.0, and latest")
    nearest = max(each for each in RELEASES if each <= version)
    return replace(RELEASES[nearest], version=version)


def _parse(name: str) -> Version | None:
    numbers = name.removeprefix("v").split(".")
    if not 1 <= len(numbers) <= 3 or not all(number.isdecimal() for number in numbers):
        return None
    major, minor, patch = [*map(int, numbers), 0, 0][:3]
    return (major, minor, patch)
