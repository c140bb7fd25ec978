"""A workspace as expressions, queries and flows see it: its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of

from .prompts import PROMPTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

DATE_FORMATS = {"day_first": "DD-MM-YYYY", "month_first": "MM-DD-YYYY", "year_first": "YYYY-MM-DD"}
"""By the date style of the workspace (flows 8.1)."""


class WorkspaceEnvironment:
    """Makes the environment of a workspace, with the simulation's clock and dice; anew when a setting has changed."""

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self._database = database
        self._clock = runtime.clock
        self._made: tuple[object, Environment] | None = None
        self.random: Callable[[], float] = runtime.stream("flows").random

    def draw_from(self, random: Callable[[], float]) -> None:
        """Let chance be what somebody says, in [0, 1)."""
        self.random = random
        self._made = None

    @property
    def current(self) -> Environment:
        """The environment by the settings of this moment."""
        database, settings = self._database, self._database.settings
        now = (
            *(settings.timezone, settings.date_style, settings.languages, database.country, settings.anonymous),
            database.locations,
        )
        if self._made is None or self._made[0] != now:
            self._made = now, self._make()
        return self._made[1]

    def _make(self) -> Environment:
        database, settings = self._database, self._database.settings
        return Environment(
            date_format=DATE_FORMATS[settings.date_style],
            timezone=timezone_of(settings.timezone),
            languages=settings.languages,
            country=database.country,
            redact_urns=settings.anonymous,
            locations=database.locations,
            now=lambda: DateTime.of(self._clock.now()),
            random=self.random,
            prompts=PROMPTS,
        )
