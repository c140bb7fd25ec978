"""The endpoint `classifiers`, read only, in the generations that have it (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pagination import Listing
from .rendering import moment

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.classifiers import Classifier

    from .calls import RapidProCall, RapidProResponse


def render(classifier: Classifier, _call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a classifier."""
    return {
        "uuid": classifier.uuid,
        "name": classifier.name,
        "type": classifier.kind,
        "intents": list(classifier.intents),
        "created_on": moment(classifier.created_on),
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET classifiers`."""
    uuid = call.uuid("uuid", strict=True)
    known = call.workspace.database.classifiers.values()
    found = [each for each in known if not uuid or each.uuid == uuid]
    return call.page(Listing(found, dated=False), render)
