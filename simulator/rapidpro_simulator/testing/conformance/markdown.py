"""The matrix as Markdown: docs/rules.md, and what users keep of their own gateways."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .matrix import Matrix, Verdict
from .terminal import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .rules import GatewayRule, SpecificPart

MARKS: Mapping[Verdict, str] = {
    Verdict.PASSED: "✅",
    Verdict.KNOWN_DEFECT: "⚠️",
    Verdict.FAILED: "❌",
    Verdict.TIMED_OUT: "⌛",
    Verdict.NOT_APPLICABLE: "–",
}
LEGEND = "✅ kept · ⚠️ known defect · ❌ failed · ⌛ timed out · – not applicable"
INTRODUCTION = """# The rules of gateways

What every gateway between CHT and RapidPro should keep, and who does. Each rule is a `Rule` of
[features/rules](../features/rules) under its number; `pytest features/rules -m R13` tries one, and
`rapidpro-simulator conformance --gateway …` tries all with gateways of your choice. Written by
`python -m rapidpro_simulator.testing.conformance docs/rules.md`, which goes on where it was broken off: do not edit it.
"""


def render(matrix: Matrix, specific: Sequence[SpecificPart] = ()) -> str:
    """Return the matrix as Markdown; `specific` are the parts of the features that are about one gateway only."""
    return "\n".join([INTRODUCTION, *_table(matrix), *_known(matrix), *_failures(matrix), *_specific(specific)])


def _table(matrix: Matrix) -> Iterator[str]:
    yield f"| | rule | {' | '.join(matrix.gateways)} |"
    yield f"|---|---|{':-:|' * len(matrix.gateways)}"
    for feature, rules in matrix.features():
        yield f"| | **{feature}** |{' |' * len(matrix.gateways)}"
        for rule in rules:
            cells = " | ".join(MARKS[matrix.cell(rule, gateway).verdict] for gateway in matrix.gateways)
            yield f"| {rule.id} | {plain(rule.title)} | {cells} |"
    yield f"\n{LEGEND}\n"


def _known(matrix: Matrix) -> Iterator[str]:
    rows = [(rule, reason, gateways) for rule in matrix.rules for reason, gateways in _reasons(matrix, rule).items()]
    if rows:
        yield "## Known defects\n"
        yield "| | why the rule is not kept | by |\n|---|---|---|"
        for rule, reason, gateways in rows:
            yield f"| {rule.id} | {plain(reason)} | {', '.join(gateways)} |"
        yield ""


def _reasons(matrix: Matrix, rule: GatewayRule) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for gateway in matrix.gateways:
        for reason in matrix.cell(rule, gateway).reasons:
            found.setdefault(reason, []).append(gateway)
    return found


def _failures(matrix: Matrix) -> Iterator[str]:
    for number, (gateway, rule, result) in enumerate(matrix.failures()):
        if not number:
            yield "## Failures\n"
        yield f"### {gateway}, {rule.id}: {rule.title}\n"
        yield "```"
        yield from evidence(result)
        yield "```\n"


def _specific(parts: Sequence[SpecificPart]) -> Iterator[str]:
    if not parts:
        return
    yield "## What is about one gateway only\n"
    yield (
        "These features, or these parts of them, describe CHT's own gateway, its defects included. They are no rules, "
        "and are skipped with any other gateway.\n"
    )
    yield "| feature | what it is about | parts |\n|---|---|---|"
    for feature, its_parts in _by_feature(parts).items():
        listed = "<br>".join(plain(part.name) for part in its_parts if part.name) or "all"
        yield f"| {plain(feature)} | {plain(its_parts[0].reason)} | {listed} |"
    yield ""


def _by_feature(parts: Sequence[SpecificPart]) -> dict[str, list[SpecificPart]]:
    found: dict[str, list[SpecificPart]] = {}
    for part in parts:
        found.setdefault(part.feature, []).append(part)
    return found


def plain(text: str) -> str:
    """Return `text` so that a cell of a table shows it as it is."""
    return escape(text, quote=False).replace("|", "\\|")
