"""A health worker with CHT's app on a phone: it synchronises, computes tasks, and submits forms (cht-sentinel 11, 12).

All that the server learns of it travels over HTTP, as the worker's own offline user.
"""

from .account import Account
from .synchronisation import SyncError
from .worker import HealthWorker

__all__ = ["Account", "HealthWorker", "SyncError"]
