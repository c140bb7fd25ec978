"""What the people of a workspace have set: how it reads dates and numbers, what it shows, how long it keeps rows."""

from __future__ import annotations

from dataclasses import dataclass

UNDETERMINED = "und"  # what ISO 639-3 calls a language that nobody has named


@dataclass(slots=True, eq=False)
class Settings:
    """The settings of a workspace. Each may be changed at any time, except `retention_days`: see `Delivery`.

    `country` (ISO 3166, two letters) reads national numbers, see `Database.country`; `languages` are ISO 639-3 codes,
    the first is the default; `date_style` is `day_first`, `month_first` or `year_first`. A `suspended` workspace sends
    nothing; messages are kept for `retention_days` before the archiver takes them (rapidpro 6.8).
    """

    country: str | None
    languages: tuple[str, ...]
    timezone: str
    anonymous: bool = False
    date_style: str = "day_first"
    suspended: bool = False
    flagged: bool = False
    retention_days: int = 90

    @property
    def default_language(self) -> str:
        """The first flow language, in which a text is that names none."""
        return self.languages[0] if self.languages else UNDETERMINED
