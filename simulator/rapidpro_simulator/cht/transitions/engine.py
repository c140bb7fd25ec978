"""The engine: runs the transitions that are loaded over a document, in CHT's order, and saves what they did.

Sentinel runs it over every change, the api over records before they are saved (cht-sentinel 1.3, 2.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import JavaScriptError
from rapidpro_simulator.cht.lineage import minified
from rapidpro_simulator.cht.messages.composer import add_error

from .change import Change
from .errors import TransitionError
from .loading import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .context import TransitionContext
    from .transition import Transition

    Json = dict[str, Any]


class TransitionEngine:
    """The transitions of one process. `in_api`: only those that the api runs. Nothing runs before `reload`."""

    def __init__(self, context: TransitionContext, *, in_api: bool = False) -> None:
        self.context = context
        self.errors: list[str] = []
        """Why nothing is loaded, in CHT's words; empty where the settings are right."""
        self._in_api = in_api
        self._loaded: list[Transition] = []

    @property
    def names(self) -> list[str]:
        """Return the names of the transitions that are loaded."""
        return [each.name for each in self._loaded]

    def reload(self) -> bool:
        """Load what the settings enable, and say whether they are right; nothing is loaded where they are not."""
        self._loaded, self.errors = load(self.context, in_api=self._in_api)
        return not self.errors

    async def process_change(self, document_id: str, seq: Any) -> bool:
        """Run the transitions over the stored document, as sentinel does, and say whether they changed it.

        Raises `CouchClientError` where it cannot be read, or was changed by somebody else meanwhile.
        """
        document = await self.context.lineage.read(document_id)
        if document is None:
            raise CouchClientError(404, "not_found", "missing")
        change = Change(document_id, document, await self.context.infos.of(document_id), seq)
        changed = await self.apply(change)
        if changed:
            await self.context.store.put(minified(change.document))
        if changed or change.is_first:
            await self.context.infos.save_transitions(document_id, change.records)
        return changed

    async def process_documents(self, documents: Sequence[Json]) -> list[Json]:
        """Save new documents, each after its transitions, and return a row for each, as `_bulk_docs` does.

        Raises `CouchClientError` where CouchDB refuses the request as a whole.
        """
        if not self._loaded:
            return await self.context.store.bulk_docs(documents)
        originals = [{"_id": self._new_id(), **each} for each in documents]
        try:
            hydrated = await self.context.lineage.hydrate(originals)
            infos = await self.context.infos.begin([each["_id"] for each in originals])
        except CouchClientError:
            return await self.context.store.bulk_docs(originals)
        rows = []
        for original, document, info in zip(originals, hydrated, infos, strict=True):
            rows.append(await self._save_new(original, Change(original["_id"], document, info)))
        return rows

    async def apply(self, change: Change) -> bool:
        """Run every transition that `change` is for, and say whether one of them changed the document."""
        changed = [await self._run(each, change) for each in self._loaded if await self._is_for(each, change)]
        return any(changed)

    def _new_id(self) -> str:
        return self.context.stream.uuid7(self.context.clock.now())

    async def _save_new(self, original: Json, change: Change) -> Json:
        try:
            if await self.apply(change):
                revision = await self.context.store.put(minified(change.document))
                await self.context.infos.save_transitions(change.id, change.records)
            else:
                await self.context.infos.save_transitions(change.id, {})
                revision = await self.context.store.put(original)
        except CouchClientError as error:
            return {"id": change.id, "error": error.error, "reason": error.reason}
        return {"ok": True, "id": change.id, "rev": revision}

    async def _is_for(self, transition: Transition, change: Change) -> bool:
        try:
            return transition.is_for(self.context, change)
        except Exception as error:  # whatever a document may hold
            if not self.context.release.tolerates_failing_filters:
                raise CouchClientError(500, "error", str(error)) from error
            self.context.log(f"Transition filter of {transition.name} failed on {change.id}: {error!r}")
            return False

    async def _run(self, transition: Transition, change: Change) -> bool:
        try:
            changed = await transition.run(self.context, change)
        except Exception as error:  # whatever a document may hold
            return self._fail(transition, change, error)
        if changed:
            change.record(transition.name, self._run_date(), ok=True)
        return changed

    def _fail(self, transition: Transition, change: Change, error: Exception) -> bool:
        text = error.message if isinstance(error, JavaScriptError) else str(error)
        self.context.log(f"Transition error on {transition.name} for {change.id}: {text}")
        add_error(change.document, f"{transition.name}_error'", f"Transition error on {transition.name}: {text}")
        changed = isinstance(error, TransitionError) and error.changed
        if changed:
            change.record(transition.name, self._run_date(), ok=False)
        return changed

    def _run_date(self) -> str | None:
        return self.context.now_iso() if self.context.release.dates_transitions else None
