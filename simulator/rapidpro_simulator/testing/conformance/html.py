"""The matrix as one HTML page that needs nothing else: a cell opens what there is to know about it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .matrix import FAILURES, Cell, Matrix, Verdict
from .terminal import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .rules import GatewayRule

MARKS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.PASSED: ("✓", "passed"),
    Verdict.KNOWN_DEFECT: ("known", "known"),
    Verdict.FAILED: ("failed", "failed"),
    Verdict.TIMED_OUT: ("timed out", "failed"),
    Verdict.NOT_APPLICABLE: ("–", "none"),
}
STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --known: #9a6700; --bad: #cf222e; --quiet: #777; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --known: #d29922; --bad: #f85149; --quiet: #999; } }
body { font: 16px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: Canvas; }
th.gateway, td.verdict { text-align: center; width: 8rem; }
th.feature { padding-top: 1.4rem; }
td.id { color: var(--quiet); width: 3rem; }
.passed { color: var(--good); } .known { color: var(--known); } .failed { color: var(--bad); font-weight: 600; }
.none { color: var(--quiet); }
summary { cursor: pointer; } details[open] { text-align: left; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem; color: CanvasText; font-weight: 400; }
td.verdict p { font-size: .85rem; margin: .3rem 0; color: CanvasText; }
.totals { margin: 1rem 0 2rem; }
"""


def render(matrix: Matrix, subtitle: str = "") -> str:
    """Return the matrix as a page; `subtitle` says what was run."""
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Rules of gateways</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f"<h1>Rules of gateways</h1>\n<p>{escape(subtitle)}</p>",
            *_totals(matrix),
            *_table(matrix),
            "</body>\n</html>\n",
        ]
    )


def _totals(matrix: Matrix) -> Iterator[str]:
    yield '<ul class="totals">'
    for gateway in matrix.gateways:
        totals = [f'<span class="{MARKS[verdict][1]}">{total}</span>' for verdict, total in matrix.totals(gateway)]
        yield f"<li><b>{escape(gateway)}</b>: {', '.join(totals)}</li>"
    yield "</ul>"


def _table(matrix: Matrix) -> Iterator[str]:
    heads = "".join(f'<th class="gateway">{escape(gateway)}</th>' for gateway in matrix.gateways)
    yield f"<table>\n<thead><tr><th></th><th>rule</th>{heads}</tr></thead>\n<tbody>"
    for feature, rules in matrix.features():
        yield f'<tr><th class="feature" colspan="{2 + len(matrix.gateways)}">{escape(feature)}</th></tr>'
        for rule in rules:
            yield from _row(matrix, rule)
    yield "</tbody>\n</table>"


def _row(matrix: Matrix, rule: GatewayRule) -> Iterator[str]:
    yield f'<tr><td class="id" id="{rule.id}">{rule.id}</td><td>{escape(rule.title)}</td>'
    for gateway in matrix.gateways:
        cell = matrix.cell(rule, gateway)
        mark, style = MARKS[cell.verdict]
        details = "".join(_details(cell))
        content = f"<details><summary>{mark}</summary>{details}</details>" if details else mark
        yield f'<td class="verdict {style}">{content}</td>'
    yield "</tr>"


def _details(cell: Cell) -> Iterator[str]:
    for reason in cell.reasons:
        yield f"<p>{escape(reason)}</p>"
    for result in [*cell.of(*FAILURES), *cell.of(Verdict.KNOWN_DEFECT)]:
        yield f"<pre>{escape(chr(10).join(evidence(result)))}</pre>"
