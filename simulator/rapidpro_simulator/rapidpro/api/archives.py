"""The endpoint `archives`, and the files that it leads to (rapidpro 4.15, 6.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .archive_files import signed
from .offset_pages import counted_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.archives import Archive

    from .calls import RapidProCall, RapidProResponse


def _link(archive: Archive, call: RapidProCall) -> str | None:
    if archive.hash is None:
        return None
    return f"{call.request.scheme}://{call.request.host}{signed(archive, call.workspace)}"


READ: dict[str, Callable[[Archive, RapidProCall], Any]] = {
    "type": lambda archive, _: archive.key.kind,
    "archive_type": lambda archive, _: archive.key.kind,
    "start_date": lambda archive, _: archive.key.start_date.isoformat(),
    "period": lambda archive, _: archive.key.period,
    "record_count": lambda archive, _: archive.record_count,
    "size": lambda archive, _: archive.size,
    "hash": lambda archive, _: archive.hash,
    "download_url": _link,
}


def render(archive: Archive, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of an archive, in the generation's order."""
    return {name: READ[name](archive, call) for name in call.generation.fields.archives}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET archives`, those that begin last first."""
    names = [name for name in ("type", "archive_type") if name in call.generation.fields.archives]
    kind = next((value for name in names if (value := call.parameter(name))), None)
    period = call.parameter("period")
    try:
        after, before = call.bounds()
    except ValueError:
        return counted_page([], render, call)

    def keep(archive: Archive) -> bool:
        key = archive.key
        return (
            (not kind or key.kind == kind)
            and (not period or key.period == period)
            and (after is None or key.start_date >= after.date())
            and (before is None or key.start_date <= before.date())
        )

    return counted_page(list(filter(keep, reversed(call.workspace.database.archives.listed()))), render, call)
