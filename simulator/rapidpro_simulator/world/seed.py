"""One seed, and a random stream of its own for every part that draws from it.

A part that draws more often does not change what the others draw.
"""

from __future__ import annotations

import uuid
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Stream(Random):
    """A random stream that can also make the identifiers of the services."""

    def uuid4(self) -> str:
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def uuid7(self, moment: datetime) -> str:
        """Return a version 7 UUID: milliseconds of `moment`, then random bits (RFC 9562)."""
        bits = (int(moment.timestamp() * 1000) & (2**48 - 1)) << 80 | self.getrandbits(80)
        bits = bits & ~(0xF << 76) | 0x7 << 76
        return str(uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62))

    def hex(self, digits: int) -> str:
        return f"{self.getrandbits(digits * 4):0{digits}x}"

    def alphanumeric(self, length: int) -> str:
        return "".join(self.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=length))


class Seed:
    """What makes two runs of a simulation the same run."""

    def __init__(self, value: int | str = 0) -> None:
        self.value = value

    def part(self, name: str) -> Seed:
        """Return the seed of a part that has streams of its own, such as one of two hosts."""
        return Seed(f"{self.value}/{name}")

    def stream(self, name: str) -> Stream:
        """Return the random stream of the part called `name`, from its beginning."""
        return Stream(f"{self.value}/{name}")
