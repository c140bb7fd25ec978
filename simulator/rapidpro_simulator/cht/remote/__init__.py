"""A CHT that runs elsewhere: a real one, or another process of ours, in place of the model.

`address` is what the user says of it, `probe` asks it who it is, `instance` puts it into a simulation, and `visit`
leaves it as it was.
"""

from __future__ import annotations

from .address import RemoteCht
from .instance import RemoteInstance
from .probe import RemoteChtError, probe

__all__ = ["RemoteCht", "RemoteChtError", "RemoteInstance", "probe"]
