"""What a process of CHT's needs to run transitions, made of what it has (cht-sentinel 1.1, 2.3)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.credentials import Credentials
from rapidpro_simulator.cht.infodocs import InfoDocuments
from rapidpro_simulator.cht.javascript import Sandbox
from rapidpro_simulator.cht.lineage import Lineage
from rapidpro_simulator.cht.messages.composer import Composer
from rapidpro_simulator.cht.messages.outgoing import Outgoing
from rapidpro_simulator.cht.messages.release_texts import RELEASE_TEXTS
from rapidpro_simulator.cht.messages.translations import PREFIX, Translations
from rapidpro_simulator.cht.outbound import Outbound
from rapidpro_simulator.cht.web_client import WebClient

from .context import TransitionContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.seed import Stream

    Json = dict[str, Any]


def transition_context(
    couch: CouchClient,
    clock: Clock,
    stream: Stream,
    release: Release,
    settings: Callable[[], Json],
    log: Callable[[str], object],
    zone: tzinfo = UTC,
) -> TransitionContext:
    """Return what the transitions of one process work with; `zone` is the time zone of the server.

    Its translations are those of the release until `reload_translations`.
    """
    composer = Composer(
        settings=settings,
        release=release,
        now=clock.now,
        new_uuid=lambda: stream.uuid7(clock.now()) if release.message_uuid == 7 else stream.uuid4(),
        outgoing=Outgoing(clock),
        translations=Translations(defaults=RELEASE_TEXTS),
        zone=zone,
    )
    infos, sandbox = InfoDocuments(couch, clock), Sandbox(clock.now)
    outbound = Outbound(
        store=couch,
        infos=infos,
        client=WebClient(couch.http, couch, release),
        keys=Credentials(couch, release),
        sandbox=sandbox,
        clock=clock,
        release=release,
        settings=settings,
        log=log,
    )
    return TransitionContext(
        store=couch,
        clock=clock,
        stream=stream,
        release=release,
        composer=composer,
        lineage=Lineage(couch),
        infos=infos,
        sandbox=sandbox,
        read_settings=settings,
        log=log,
        outbound=outbound,
    )


async def reload_translations(context: TransitionContext, couch: CouchClient) -> None:
    """Read all documents `messages-<code>` anew. Raises `CouchClientError`."""
    query = f"include_docs=true&startkey=%22{PREFIX}%22&endkey=%22{PREFIX}%EF%BF%B0%22"
    answer = await couch.request("GET", f"{couch.database}/_all_docs?{query}")
    documents = [row["doc"] for row in answer["rows"] if row.get("doc")]
    context.composer.translations = Translations(documents, RELEASE_TEXTS)
