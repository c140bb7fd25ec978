"""How values look: in templates, formatted for people, as JSON, and in errors (flows 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import Value

if TYPE_CHECKING:
    from simulator.rapidpro.flows.environment import Environment


def render(value: Value) -> str:
    raise NotImplementedError


def format_value(environment: Environment, value: Value) -> str:
    raise NotImplementedError


def describe(value: Value) -> str:
    raise NotImplementedError
