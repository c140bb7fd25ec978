"""Questions that were asked before, word for word, of a service in which nothing has changed since.

Most of a quiet day is CHT asking its CouchDB every minute what it asked the minute before. Such an exchange takes its
time, is recorded and counted like any other; only its bytes do not travel again, as they are known. A service says
itself which questions it can vouch for (`StatefulService`). With a fault anywhere near, and in live time, every
exchange goes over the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from .latest import Latest

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from multidict import MultiMapping
    from yarl import URL

    from .response import HttpResponse

Question = tuple[str, str, str, str, bytes]
"""Who asks, with which method, for which path and query, with which authorization and which body."""

REQUEST_ID = "X-Request-Id"

MOST = 512
"""Answers that are remembered of one host."""

LONGEST = 16_384
"""Bytes of a body that is still compared with others."""


@runtime_checkable
class StatefulService(Protocol):
    """A service whose answers depend on its state and on the question alone."""

    def state_behind(self, method: str, path: str) -> Hashable | None:
        """Return a value that changes whenever the answer to `method path` could; None where nobody can say.

        `path` is as it was sent: two that decode to the same text may mean two things. What changes something is no
        question, whatever its method.
        """


@dataclass(frozen=True)
class Answered:
    """An answer with status 200, and the `state` of the service behind it.

    `asked` and `shown` are the bodies of request and response in the journal.
    """

    state: Hashable
    method: str
    asked: bytes
    response: HttpResponse
    shown: bytes
    content_type: str
    about: Mapping[str, str]


class Repetitions:
    """What one host has answered, by question."""

    def __init__(self) -> None:
        self._answers: Latest[Question, Answered] = Latest(MOST)

    def add(self, question: Question, answered: Answered) -> None:
        """Remember an answer; the oldest one makes room."""
        self._answers.keep(question, answered)

    def find(self, question: Question, state: Hashable) -> Answered | None:
        """Return the answer to `question`, if the service still has the same `state`."""
        answered = self._answers.get(question)
        return answered if answered is not None and answered.state == state else None


def question_of(
    party: str, method: str, url: URL, headers: Mapping[str, str] | MultiMapping[str], body: bytes
) -> Question | None:
    """Return what makes two requests of a party the same question; None for one that is long, or bears an id."""
    if REQUEST_ID in headers or len(body) > LONGEST:
        return None
    return party, method, url.raw_path_qs, headers.get("Authorization", ""), body
