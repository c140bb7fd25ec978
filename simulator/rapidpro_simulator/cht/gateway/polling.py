"""The poll timer: asks RapidPro about every message without a final state, one request a message (cht 5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.states import POLLED_STATES, StateChange

from .sending import map_status
from .upstream import RapidProAccount, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import Document
    from rapidpro_simulator.cht.releases import Release

    from .context import GatewayContext
    from .state_writer import StateWriter
    from .upstream import Upstream

BATCH = 25


class Poller:
    """Walks the messages by `skip`, which outlives a tick, until there are no more or RapidPro says 429."""

    def __init__(self, context: GatewayContext, upstream: Upstream, writer: StateWriter, release: Release) -> None:
        self._context = context
        self._upstream = upstream
        self._writer = writer
        self._release = release
        self._skip = 0
        self._throttled = False
        self._polling = False

    async def tick(self) -> None:
        """Walk on, unless the last tick is still walking: an answer that never comes ends all polling (H7)."""
        if self._polling or not self._context.is_enabled:
            return
        self._throttled = False
        self._polling = True
        try:
            # There is no end to this but an empty window, a 429 or a failed save. A window in which every request
            # fails is asked again at once, as fast as the answers come (H4b).
            while await self._round() and not self._throttled:
                pass
        finally:
            self._polling = False

    async def _round(self) -> bool:
        account = await self._upstream.account()
        rows = await self._context.couch.view(
            "medic-sms/gateway_messages_by_state", limit=BATCH, skip=self._skip, keys=list(POLLED_STATES)
        )
        if not rows:
            self._skip = 0
            return False
        asked, changes = await self._ask(account, [row["value"] for row in rows])
        saved = await self._writer.save(changes)
        # What was saved is taken to have left the three states, so only the rest is skipped.
        self._skip += asked - saved
        return True

    async def _ask(self, account: RapidProAccount, messages: Sequence[Document]) -> tuple[int, list[StateChange]]:
        asked = 0
        changes = []
        for message in messages:
            try:
                change = self._change(message, await self._upstream.messages(account, message["gateway_ref"]))
            except UpstreamError as error:
                self._context.log(f"status of message {message['id']}: {error}")
                if error.status == 429:
                    self._throttled = True
                    break
                continue
            asked += 1
            if change is not None:
                changes.append(change)
        return asked, changes

    def _change(self, message: Document, answer: Any) -> StateChange | None:
        result = _first(answer.get("results") if isinstance(answer, dict) else None)
        if not is_truthy(result):
            return None
        status = result.get("status") if isinstance(result, dict) else None
        mapped = map_status(status, self._release)
        if mapped is None:
            raise UpstreamError(f"no state for the status {status!r}")
        return StateChange(mapped.state, mapped.details, message["id"], message["gateway_ref"])


def _first(results: Any) -> Any:
    """Return what JavaScript finds at the index 0 of what has a length: texts have one, and so may objects."""
    if isinstance(results, dict):
        return results.get("0") if is_truthy(results.get("length")) else None
    return results[0] if isinstance(results, (list, str)) and results else None
