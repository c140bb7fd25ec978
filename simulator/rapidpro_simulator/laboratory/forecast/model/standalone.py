"""The standalone gateway as a queue."""

from __future__ import annotations

from typing import Any


class StandaloneModel:
    def __init__(self, *parts: Any) -> None:
        raise NotImplementedError

    def start(self, phase: float = 0.0) -> None: ...

    def stop(self) -> None: ...
