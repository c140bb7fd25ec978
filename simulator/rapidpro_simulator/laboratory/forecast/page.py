"""A forecast as a page: the picture, the table, what was assumed. One file that can be sent to somebody."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .answers import answer
from .assumptions import assumptions, reach
from .picture import draw
from .summary import summaries
from .table import HEADINGS, QUOTA, heading, legend, quota_rows, row_of
from .words import open_messages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .run import Forecast

# A phone scrolls the picture and the tables sideways, as nobody could read them at its width. Paper cannot be scrolled.
STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
svg{width:100%;min-width:50rem;height:auto}.wide{overflow-x:auto}
table{border-collapse:collapse;margin:1rem 0;overflow-wrap:normal}
td,th{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #8886;vertical-align:top;min-width:5rem}
dt{font-weight:600}dd{margin:0 0 .8rem}
@media print{svg{min-width:0}.wide{overflow:visible}td,th{min-width:0;padding:.2rem .3rem;font-size:.7rem}
dt{break-after:avoid}tr,li{break-inside:avoid}}
"""


def page(forecast: Forecast) -> str:
    """Return the forecast as HTML that needs nothing beside it."""
    incident, found = forecast.incident, summaries(forecast)
    title = f"{open_messages(incident)}: a forecast"
    answers = "".join(f"<dt>{escape(each.remedy.name)}<dd>{escape(answer(incident, each))}" for each in found)
    assumed = "".join(f"<li>{escape(each)}" for each in [*assumptions(incident), reach(incident)])
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(heading(incident))}</p><dl>{answers}</dl>"
        f'<div class="wide">{draw(forecast)}</div>'
        f"<h2>What each remedy brings</h2>{_table([HEADINGS, *[row_of(incident, each) for each in found]])}"
        f"<p>{escape(' '.join(legend(incident)))}</p>"
        f"<h2>Who gets the quota</h2><p>{QUOTA}</p>{_table(quota_rows(forecast, found))}"
        f"<h2>What was assumed</h2><ul>{assumed}</ul></html>\n"
    )


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = [_row(head, "th"), *[_row(each, "td") for each in body]]
    return f'<div class="wide"><table>{"".join(lines)}</table></div>'


def _row(cells: tuple[str, ...], kind: str) -> str:
    return f"<tr>{''.join(f'<{kind}>{escape(cell)}</{kind}>' for cell in cells)}</tr>"
