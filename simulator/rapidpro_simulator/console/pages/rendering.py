"""The templates of the console."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment() -> Environment:
    """Return what renders the templates; a name in them that nobody has given is an error."""
    return Environment(
        loader=PackageLoader("rapidpro_simulator.console.pages"), autoescape=True, undefined=StrictUndefined
    )
