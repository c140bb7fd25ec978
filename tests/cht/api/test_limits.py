from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.api.limits import LoginLimiter
from rapidpro_simulator.world.authorization import basic_auth

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.network import HttpResponse

    from .conftest import Instance


def knock(cht: Instance, user: str = "gw", password: str = "wrong", address: str = "1.1.1.1") -> HttpResponse:
    headers = {"Authorization": basic_auth(user, password), "X-Forwarded-For": f"{address}, 9.9.9.9"}
    return cht.ask("GET", "/api/sms", headers=headers)


def test_locked_out(cht: Instance) -> None:
    """After ten failures even the right password is refused (cht 11.4)."""
    failures = [knock(cht).status for _ in range(10)]
    answer = knock(cht, password="pass")
    assert (failures, answer.json()) == ([401] * 10, {"code": 429, "error": "Too Many Requests"})


@pytest.mark.parametrize(
    ("user", "password", "address", "status"),
    [
        ("nurse", "pass", "2.2.2.2", 403),
        ("gw", "pass", "2.2.2.2", 429),
        ("nurse", "wrong", "2.2.2.2", 429),
        ("nurse", "pass", "1.1.1.1", 429),
    ],
)
def test_who_is_locked_out(cht: Instance, user: str, password: str, address: str, status: int) -> None:
    """The name, the password and the address count, each for itself."""
    for _ in range(10):
        knock(cht)
    assert knock(cht, user, password, address).status == status


def test_without_basic(cht: Instance) -> None:
    """Who sends no Basic header is not limited, but the failures count."""
    for _ in range(11):
        assert cht.ask("GET", "/api/sms", headers={"X-Forwarded-For": "1.1.1.1"}).status == 401
    assert knock(cht, password="pass").status == 429


def test_wait(cht: Instance) -> None:
    """After the window the right password works again."""
    for _ in range(10):
        knock(cht)
    cht.rest(10)
    assert knock(cht, password="pass").status == 200


def test_refused_token_does_not_count(open_cht: Instance) -> None:
    """Guessing the webhook's token is not limited (cht 1.3)."""
    answers = [open_cht.receive({}, token="Token guess").status for _ in range(12)]
    assert answers == [403] * 12


@pytest.mark.parametrize(("release", "status"), [("4.5", 200), ("4.6", 429)])
def test_release(build: Callable[..., Instance], release: str, status: int) -> None:
    """There is a limit since 4.6."""
    cht = build(release)
    for _ in range(10):
        knock(cht)
    assert knock(cht, password="pass").status == status


def test_hammering(clock: FrozenClock) -> None:
    """Who goes on when locked out stays locked out."""
    limiter = LoginLimiter(clock)
    for _ in range(60):
        limiter.consume(["a"])
        clock.jump_to(clock.elapsed() + 500_000)
    assert limiter.is_exhausted(["a"])


def test_slow_failures(clock: FrozenClock) -> None:
    """Failures that are seldom enough never lock anybody out."""
    limiter = LoginLimiter(clock)
    for _ in range(30):
        limiter.consume(["a"])
        assert not limiter.is_exhausted(["a"])
        clock.jump_to(clock.elapsed() + 2_000_000)
