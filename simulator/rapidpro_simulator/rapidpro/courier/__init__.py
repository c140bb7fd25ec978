"""Courier's wire: what aggregators call to bring messages and reports, and how RapidPro calls them."""

from .service import PREFIX, CourierService

__all__ = ["PREFIX", "CourierService"]
