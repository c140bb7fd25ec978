"""Classifiers: services that say what a text means, as the older generations of RapidPro knew them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock

CLASSIFIER_TYPES = ("wit", "luis", "bothub")


@dataclass(slots=True, eq=False)
class Classifier:
    """A classifier; `kind` is one of `CLASSIFIER_TYPES`, `intents` are the names of what it can tell apart."""

    uuid: str
    name: str
    kind: str
    intents: tuple[str, ...]
    created_on: datetime


class Classifiers(NamedRows[Classifier]):
    """The classifiers of a workspace by UUID."""

    def __init__(self, new_uuid: Callable[[], str], clock: Clock) -> None:
        super().__init__(new_uuid)
        self._clock = clock

    def add(self, name: str, kind: str = "wit", intents: Sequence[str] = ()) -> Classifier:
        """Declare a classifier. The API lists it; a flow that asks it gets no answer (flows 2.3).

        Raises `ValueError` for a type that there is not.
        """
        if kind not in CLASSIFIER_TYPES:
            raise ValueError(f"no classifier is of the type {kind!r}; there are: {', '.join(CLASSIFIER_TYPES)}")
        classifier = Classifier(self._new_uuid(), name, kind, tuple(intents), self._clock.now())
        self[classifier.uuid] = classifier
        return classifier
