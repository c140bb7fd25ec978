"""Pages that are counted, by `limit` and `offset`: only `archives` has them (rapidpro 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlencode

from .calls import RapidProResponse
from .pagination import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .calls import RapidProCall

Row = TypeVar("Row")


def counted_page(
    rows: Sequence[Row], render: Callable[[Row, RapidProCall], dict[str, Any]], call: RapidProCall
) -> RapidProResponse:
    """Answer the rows that the query asks for; a limit or an offset that is no such number is as good as absent."""
    limit, offset = _number(call, "limit") or PAGE_SIZE, _number(call, "offset")
    onward = {"limit": limit, "offset": offset + limit} if offset + limit < len(rows) else None
    back = {"limit": limit, "offset": max(offset - limit, 0)} if offset else None
    return RapidProResponse(
        200,
        {
            "count": len(rows),
            "next": _link(call, onward),
            "previous": _link(call, back),
            "results": [render(row, call) for row in rows[offset : offset + limit]],
        },
    )


def _number(call: RapidProCall, name: str) -> int:
    try:
        return max(int(call.parameter(name) or 0), 0)
    except ValueError:
        return 0


def _link(call: RapidProCall, numbers: dict[str, int] | None) -> str | None:
    if numbers is None:
        return None
    request = call.request
    query = parse_qs(request.rel_url.raw_query_string, keep_blank_values=True)
    query.pop("offset", None)
    query |= {name: [str(number)] for name, number in numbers.items() if number}
    return f"{request.scheme}://{request.host}{request.rel_url.raw_path}?{urlencode(sorted(query.items()), True)}"
