"""Courier's wire: what aggregators call to bring messages and reports, and how RapidPro calls them."""

from .sending import ProviderCaller
from .service import PREFIX, CourierService

__all__ = ["PREFIX", "CourierService", "ProviderCaller"]
