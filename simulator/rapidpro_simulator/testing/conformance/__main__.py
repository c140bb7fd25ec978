"""Writes docs/rules.md: who keeps which rules, of the gateways that rapidpro-simulator brings."""

from __future__ import annotations

import sys
from pathlib import Path

from rapidpro_simulator.testing.terminal import Terminal

from . import markdown
from .plan import ConformancePlan
from .resumable import run_resumable
from .rules import specific_parts

GATEWAYS = ("cht:3.11", "cht:4.13", "cht:4.17", "cht:5.2", "standalone")


def main(path: str) -> None:
    """Try the rules with `GATEWAYS`, and write the matrix to `path`."""
    matrix = run_resumable(ConformancePlan(GATEWAYS, jobs=2), Terminal(sys.stdout))
    Path(path).write_text(markdown.render(matrix, specific_parts()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
