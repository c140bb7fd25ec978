"""The wire of RapidPro: API v2 over HTTP, on top of `rapidpro_simulator.rapidpro.model`."""

from .service import QuotaUsage, RapidProApi

__all__ = ["QuotaUsage", "RapidProApi"]
