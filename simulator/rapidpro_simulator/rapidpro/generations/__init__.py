"""What differs between the generations of RapidPro, as data that can be read (rapidpro 0.1, 10).

One module for each kind of record, with the values of all generations side by side. No module outside this folder asks
which generation it is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.world.near_words import did_you_mean

from .access import ACCESS, AccessProfile
from .api import API, ApiProfile
from .courier import COURIER, CourierProfile
from .fields import FIELDS, FieldNames
from .flows import FLOWS, FlowProfile
from .mailroom import MAILROOM, MailroomProfile
from .words import WORDS, StatusWords

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GENERATIONS", "CourierProfile", "Generation", "generation"]


@dataclass(frozen=True)
class Generation:
    """One RapidPro, with its backend and its sender.

    `schemas` are the endings of the JSON Schemas that hold for its wire, the nearest first (`messages.response.v8`).
    """

    name: str
    schemas: tuple[str, ...]
    access: AccessProfile
    api: ApiProfile
    fields: FieldNames
    words: StatusWords
    mailroom: MailroomProfile
    flows: FlowProfile
    courier: CourierProfile


_SCHEMAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "community": ("community",),
        "textit-2025": ("textit-2025", "textit"),  # v10.3.7x, of September 2025
        "textit-2026": ("textit-2026", "textit"),
        "v7": ("v7", "v8", "community"),  # v7.1
        "v8": ("v8", "community"),
    }
)

GENERATIONS: Mapping[str, Generation] = MappingProxyType(
    {
        name: Generation(
            name=name,
            schemas=schemas,
            access=ACCESS[name],
            api=API[name],
            fields=FIELDS[name],
            words=WORDS[name],
            mailroom=MAILROOM[name],
            flows=FLOWS[name],
            courier=COURIER[name],
        )
        for name, schemas in _SCHEMAS.items()
    }
)


def generation(name: str) -> Generation:
    """Return the generation called `name`. Raises `ValueError` that says which there are."""
    try:
        return GENERATIONS[name]
    except KeyError:
        hint = did_you_mean(name, GENERATIONS)
        raise ValueError(
            f"no RapidPro generation is called {name!r}; there are: {', '.join(GENERATIONS)}{hint}"
        ) from None
