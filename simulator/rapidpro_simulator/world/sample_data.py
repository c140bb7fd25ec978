"""Health workers, their phones and what they write, drawn from the seed with Faker."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    from .seed import Seed


@dataclass(frozen=True)
class HealthWorker:
    """Somebody with a phone."""

    name: str
    phone: str


class SampleData:
    """An endless supply of health workers, and of messages to them, that a simulation's seed determines."""

    def __init__(self, seed: Seed) -> None:
        self._faker = Faker("en_US")
        self._faker.seed_instance(f"{seed.value}/people")
        self._faker.add_provider(import_module("rapidpro_simulator.fixtures.providers").HealthProgramme)

    def health_worker(self, country: str = "KE") -> HealthWorker:
        """Return somebody with a mobile number of `country` (ISO 3166, two letters), unlike all before."""
        return HealthWorker(self._faker.health_worker_name(), self._faker.unique.mobile_number(country))

    def reminder(self) -> str:
        """Return a message such as a health programme sends."""
        text: str = self._faker.reminder()
        return text
