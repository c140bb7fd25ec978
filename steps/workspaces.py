"""Workspaces of RapidPro: what they know besides flows and contacts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers

from rapidpro_simulator.rapidpro.model.classifiers import CLASSIFIER_TYPES

from .subjects import the_workspace
from .words import json_of, one_of

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

    from .files import Folders


@given(parsers.re(r'the locations of "(?P<file>[^"]+)"(?: in the workspace "(?P<name>[^"]+)")?'))
def locations_of(folders: Folders, simulation: Simulation, file: str, name: str | None) -> None:
    """A workspace knows the places of its country: states, districts and wards, from a tree in JSON or from GeoJSON.

    The file is beside the feature, or in the folder that pytest was started in.

    Example: Given the locations of "malawi.json"
    """
    path = folders.find(file, "*.json")
    the_workspace(simulation, name).load_locations(json_of(path.read_text(encoding="utf-8"), f"the places of {file}"))


@given(
    parsers.re(
        r'the classifier "(?P<classifier>[^"]+)"(?: of the type "(?P<kind>\w+)")?'
        r' with the intents (?P<intents>"[^"]+"(?:, "[^"]+")*)(?: in the workspace "(?P<name>[^"]+)")?'
    )
)
def classifier_is(simulation: Simulation, classifier: str, kind: str | None, intents: str, name: str | None) -> None:
    """A workspace has a classifier (default: of the type "wit") that tells these intents apart; the API lists it.

    Example: Given the classifier "Helpline" of the type "wit" with the intents "fever", "appointment"
    """
    kind = one_of("no type of classifier", kind or "wit", CLASSIFIER_TYPES)
    the_workspace(simulation, name).database.classifiers.add(classifier, kind, re.findall('"([^"]+)"', intents))
