"""What the transitions of one process have at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy, milliseconds
from rapidpro_simulator.cht.messages.moments import iso

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from rapidpro_simulator.cht.couch.store import DocumentStore
    from rapidpro_simulator.cht.infodocs import InfoDocuments
    from rapidpro_simulator.cht.javascript import Sandbox
    from rapidpro_simulator.cht.lineage import Lineage
    from rapidpro_simulator.cht.messages.composer import Composer
    from rapidpro_simulator.cht.outbound import Outbound
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.seed import Stream

    from .users import Users

    Json = dict[str, Any]


@dataclass
class TransitionContext:
    """`read_settings` is asked whenever something depends on the settings; `stream` draws shortcodes and ids."""

    store: DocumentStore
    clock: Clock
    stream: Stream
    release: Release
    composer: Composer
    lineage: Lineage
    infos: InfoDocuments
    sandbox: Sandbox
    read_settings: Callable[[], Json]
    log: Callable[[str], object]
    outbound: Outbound | None = None
    users: Users | None = None

    @property
    def settings(self) -> Json:
        return self.read_settings()

    @property
    def zone(self) -> tzinfo:
        """Return the server's time zone."""
        return self.composer.zone

    def now(self) -> datetime:
        """Return the current instant in the server's time zone."""
        return self.clock.now().astimezone(self.zone)

    def now_iso(self) -> str:
        return iso(self.clock.now())

    def now_milliseconds(self) -> int:
        return milliseconds(self.clock.now())

    def section(self, name: str) -> Json:
        """Return the section `name` of the settings; empty where it is no object."""
        found = self.settings.get(name)
        return found if isinstance(found, dict) else {}

    def entries(self, name: str) -> list[Json]:
        """Return the objects in the list `name` of the settings."""
        return objects_in(self.settings.get(name))

    def form(self, code: Any) -> Json | None:
        """Return the definition of the form `code`; None where it is not configured."""
        found = self.section("forms").get(code) if isinstance(code, str) else None
        return found if isinstance(found, dict) else ({} if is_truthy(found) else None)


def objects_in(value: Any) -> list[Json]:
    """Return the objects in `value`, a list; none where it is something else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
