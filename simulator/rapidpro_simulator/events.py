"""Every kind of event that a journal can have, by name: the tables of all parts together."""

from __future__ import annotations

from rapidpro_simulator.cht.events import CHT_EVENTS
from rapidpro_simulator.gateways.events import GATEWAY_EVENTS
from rapidpro_simulator.rapidpro.events import RAPIDPRO_EVENTS
from rapidpro_simulator.world.events import SCHEMA_EVENTS, index

EVENT_KINDS = index(SCHEMA_EVENTS, RAPIDPRO_EVENTS, CHT_EVENTS, GATEWAY_EVENTS)
