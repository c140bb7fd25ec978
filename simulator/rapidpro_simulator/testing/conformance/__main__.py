"""Writes docs/rules.md: who keeps which rules, of the gateways that rapidpro-simulator brings."""

from __future__ import annotations

import sys
from pathlib import Path

from . import markdown
from .rules import specific_parts
from .run import ConformancePlan, run

GATEWAYS = ("cht:3.11", "cht:4.13", "cht:4.17", "cht:5.2", "standalone")


def main(path: str) -> None:
    """Try the rules with `GATEWAYS`, and write the matrix to `path`."""
    matrix = run(ConformancePlan(GATEWAYS, jobs=2), lambda gateway: sys.stderr.write(f"{gateway} is done\n"))
    Path(path).write_text(markdown.render(matrix, specific_parts()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
