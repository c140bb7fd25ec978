"""Load from wrk: as many requests as a server answers, over a few kept connections."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .processes import ADDRESS

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 16
MISSING = "wrk is not installed, and nothing takes its place: apt-get install wrk (Debian, Ubuntu), brew install wrk"


class LoadError(RuntimeError):
    """The load could not be made, or was not answered as it should."""


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, and the latencies of half and of all but one in a hundred, in milliseconds."""

    rate: float
    median: float
    p99: float


def load(port: int, method: str, target: str, token: str, seconds: float) -> Load:
    """Ask the server on `port` for `target` for so many seconds.

    Raises `LoadError` where wrk is missing or any request went unanswered or was refused.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise LoadError(MISSING)
    size = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "10s"]
    command = [wrk, *size, "-s", str(SCRIPT), f"http://{ADDRESS}:{port}{target}", "--", method, token]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=False)
    if done.returncode:
        raise LoadError(f"wrk: {done.stderr or done.stdout}")
    sums = json.loads(done.stdout.splitlines()[-1])
    if sums["lost"] or sums["refused"]:
        raise LoadError(f"{method} {target}: {sums['lost']} requests lost and {sums['refused']} refused: {sums}")
    rate = sums["requests"] / (sums["microseconds"] / 1e6)
    return Load(rate, sums["median"] / 1000, sums["p99"] / 1000)
