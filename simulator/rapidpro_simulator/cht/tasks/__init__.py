"""Tasks of health workers: what the app on a phone computes, and writes as documents (cht-sentinel 11).

CHT's server never computes them: a phone that does not synchronise has no new tasks.
"""

from .declared import DeclaredTask
from .documents import TaskDocuments
from .emissions import Emission
from .rules import RulesEngine
from .states import TaskState

__all__ = ["DeclaredTask", "Emission", "RulesEngine", "TaskDocuments", "TaskState"]
