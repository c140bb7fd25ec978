"""Which rules (features/rules) a gateway is known not to keep, and why: expected failures, told in one table.

A rule that is kept nevertheless fails the run as well: then a line here is out of date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from . import GatewayUnderTest


@dataclass(frozen=True)
class KnownDefect:
    """A gateway of this kind does not keep a rule; CHT's own one from release `since` to `until`, both included.

    `rule` is a tag of the features: all scenarios of a rule (`R10`), or some of them (`R10a`).
    """

    rule: str
    kind: str
    reason: str
    since: str | None = None
    until: str | None = None

    def concerns(self, gateway: GatewayUnderTest) -> bool:
        """Say whether it is a defect of this gateway."""
        return (
            gateway.kind == self.kind
            and (self.since is None or gateway.release.is_since(self.since))
            and (self.until is None or gateway.release.is_until(self.until))
        )


KNOWN_DEFECTS: tuple[KnownDefect, ...] = ()


def known_defect(gateway: GatewayUnderTest, tags: Collection[str]) -> KnownDefect | None:
    """Return why this gateway is known not to keep what a scenario with these tags asks for; None where it should.

    Only scenarios with the tag `rule` are looked for: other projects may call something else R1.
    """
    if "rule" not in tags:
        return None
    return next((defect for defect in KNOWN_DEFECTS if defect.rule in tags and defect.concerns(gateway)), None)
