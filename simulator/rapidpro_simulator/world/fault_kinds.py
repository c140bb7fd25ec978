"""How an exchange can fail: the kinds, the moments at which each may strike, and the parameters that each takes.

A combination that has no meaning is refused here, so that nothing is accepted and then not done.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class FaultKind(StrEnum):
    """How an exchange fails; the values are the words of the journal."""

    LATENCY = "latency"  # answered, but `seconds` later
    NO_ANSWER = "no answer"  # accepted, and never answered
    REFUSED = "refused"  # nobody listens; the service never sees the request
    RESET = "reset"  # the connection is torn down instead of an answer
    EMPTY = "empty"  # the connection is closed instead of an answer
    TRUNCATED = "truncated"  # half a body, then the connection closes
    MALFORMED = "malformed"  # a complete answer whose JSON breaks off
    WRONG_TYPE = "wrong content type"  # the right body, called `content_type`
    HTML = "html"  # a web page with status 200, as from a captive portal
    EMPTY_BODY = "empty body"  # the right status without a body
    REDIRECT = "redirect"  # `status` with `location`
    STATUS = "status"  # `status` with the service's own error body
    BODY = "body"  # `status` with `body`, as `content_type`
    CRASH = "crash"  # the caller dies: at this request, or with its answer on the way


class FaultMoment(StrEnum):
    """When the fault strikes: instead of the service's work (late: ahead of it), or after the service has done it."""

    BEFORE = "before"
    AFTER = "after"


MADE_OF_THE_ANSWER: Final = frozenset(
    {FaultKind.TRUNCATED, FaultKind.MALFORMED, FaultKind.WRONG_TYPE, FaultKind.EMPTY_BODY}
)
"""The kinds that spoil the service's own answer: there is none until the service has done its work."""

WITH_STATUS: Final = frozenset({FaultKind.STATUS, FaultKind.REDIRECT, FaultKind.BODY})

DEFAULTS: Final[Mapping[FaultKind, Mapping[str, object]]] = {
    FaultKind.STATUS: {"status": 500},
    FaultKind.REDIRECT: {"status": 302},
    FaultKind.BODY: {"status": 500, "content_type": "text/html; charset=utf-8"},
    FaultKind.WRONG_TYPE: {"content_type": "text/html; charset=utf-8"},
}
"""What a kind's own parameters are where they are not given."""

_NEVER_LATE = frozenset({FaultKind.REFUSED, FaultKind.NO_ANSWER})
_TAKES: Mapping[FaultKind, frozenset[str]] = {
    FaultKind.STATUS: frozenset({"status", "retry_after"}),
    FaultKind.REDIRECT: frozenset({"status", "location"}),
    FaultKind.BODY: frozenset({"status", "body", "content_type"}),
    FaultKind.WRONG_TYPE: frozenset({"content_type"}),
}
_NEEDS: Mapping[FaultKind, str] = {FaultKind.LATENCY: "seconds", FaultKind.REDIRECT: "location"}
_STATUSES: Mapping[FaultKind, range] = {FaultKind.REDIRECT: range(300, 400)}


def moments_of(kind: FaultKind) -> tuple[FaultMoment, ...]:
    """Return the moments at which a fault of this kind may strike; the first is meant where none is said."""
    if kind in MADE_OF_THE_ANSWER:
        return (FaultMoment.AFTER,)
    return (FaultMoment.BEFORE,) if kind is FaultKind.REFUSED else tuple(FaultMoment)


def parameters_of(kind: FaultKind) -> frozenset[str]:
    """Return the names of the parameters that this kind takes."""
    return _TAKES.get(kind, frozenset()) | (frozenset() if kind in _NEVER_LATE else {"seconds"})


def require_moment(kind: FaultKind, moment: FaultMoment) -> None:
    """Raise `ValueError` where a fault of this kind cannot strike at that moment."""
    if moment in moments_of(kind):
        return
    if kind is FaultKind.REFUSED:
        raise ValueError("a request that is refused reaches nobody, so that it has no side effect to fail after")
    raise ValueError(f"the fault “{kind}” is made of the service's answer: it cannot strike before the service's work")


def require_parameters(kind: FaultKind, given: Mapping[str, object]) -> None:
    """Raise `ValueError` unless these parameters mean something to this kind, and are all that it needs."""
    taken = parameters_of(kind)
    for name, value in given.items():
        if name not in taken:
            possible = f"only {' and '.join(sorted(taken))}" if taken else "nor anything else"
            raise ValueError(f"the fault “{kind}” takes no {name} ({value!r}), {possible}")
    if kind in _NEEDS and _NEEDS[kind] not in given:
        raise ValueError(f"the fault “{kind}” needs {_NEEDS[kind]}")
    _require_range(kind, given)


def _require_range(kind: FaultKind, given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if isinstance(value, int | float) and value < 0:
            raise ValueError(f"{name} of a fault cannot be negative: {value}")
    possible = _STATUSES.get(kind, range(200, 600))
    if "status" in given and given["status"] not in possible:
        status = given["status"]
        raise ValueError(f"the fault “{kind}” answers with a status from {possible[0]} to {possible[-1]}, not {status}")
