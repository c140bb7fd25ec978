"""The command `serve`: fake RapidPro and fake CHT on TCP ports, in real or dilated time, until somebody ends it."""

from .configuration import read_plan
from .live import LiveSimulation
from .plan import Plan, PlanError
from .welcome import welcome

__all__ = ["LiveSimulation", "Plan", "PlanError", "read_plan", "welcome"]
