"""The filters of templates: sections that show what is in them as a date or a number (cht-sentinel 4.3). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import trim

from .bikram_sambat import to_bikram_sambat, written
from .date_formats import format_date
from .moments import INVALID, read_shown
from .rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from .rendering import Filter

LOCAL_PHONE = "local_phone"


def render_with_filters(
    template: str,
    context: Mapping[str, Any],
    settings: Mapping[str, Any],
    locale: str,
    zone: tzinfo,
    *,
    local_phone: bool,
) -> str:
    """Return the text of `template` for a message in the language `locale`, with dates of the time zone `zone`.

    `local_phone`: there is a filter of that name, since 5.2.0. Raises `TemplateError`.
    """

    def inner(text: str) -> str:
        return render(text, view)

    def date(name: str) -> Filter:
        return lambda text: format_date(read_shown(inner(text), zone), settings.get(name), locale)

    def nepali(text: str) -> str:
        moment = read_shown(inner(text), zone)
        day = to_bikram_sambat(moment.date()) if moment else None
        return written(day) if day else INVALID

    def local(text: str) -> str:
        return trim(inner(text)).removeprefix(f"+{settings.get('default_country_code')}")

    filters: dict[str, Filter] = {
        "date": date("date_format"),
        "datetime": date("reported_date_format"),
        "bikram_sambat_date": nepali,
    }
    if local_phone:
        filters[LOCAL_PHONE] = local
    view = {**context, **filters}
    return render(template, view)
