"""What is to be tried: which rules, with which gateways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .rules import GatewayRule

RULE_TIMEOUT = 900.0  # seconds: many times what the longest rule takes on a slow machine


@dataclass(frozen=True)
class ConformancePlan:
    """What to run: the gateways as `--gateway` names them, the ids of rules (none: all), more options of pytest.

    `jobs` gateways are tried at the same time. A rule that has no verdict after `rule_timeout` real seconds is given
    up, which is a failure.
    """

    gateways: Sequence[str]
    only: Sequence[str] = ()
    generation: str = "community"
    seed: int = 0
    jobs: int = 1
    arguments: Sequence[str] = ()
    rule_timeout: float = RULE_TIMEOUT

    def rules(self) -> list[GatewayRule]:
        """Return the rules that are asked for. Raises `UsageError` for one that there is not."""
        from .rules import rules  # it parses features, which the command line need not do to show its help

        all_rules = rules()
        known = [rule.id for rule in all_rules]
        for name in self.only:
            if name not in known:
                raise UsageError(f"no rule is called {name!r}; there are {', '.join(known)}")
        return [rule for rule in all_rules if not self.only or rule.id in self.only]
