"""The other end: phones that text, answer by themselves, sleep and lose their SIM, and the aggregator before them."""

from .phone import Phone, PhoneError
from .phones import Phones

__all__ = ["Phone", "PhoneError", "Phones"]
