"""The simulation's time in another process, by libfaketime: a library that is loaded before the program.

It gives a program an offset to the real time when it begins, and a speed from there on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.world.clock import BaseClock

PLACES = ("usr/lib/*/faketime", "usr/lib*/faketime", "usr/local/lib/faketime", "usr/lib/faketime")
LIBRARY = "libfaketimeMT.so.1"  # the one for programs with threads
UPTIME = Path("/proc/uptime")

# It takes time until the program runs, and each millisecond of it counts `speed` times: so the offset is reckoned last,
# by a shell. Whoever shares the kernel, a container too, shares its uptime; it has hundredths of a second.
SCRIPT = """\
read -r up _ </proc/uptime
ahead=$(({ahead} + (${{up%.*}}${{up#*.}} - {up}) * {gain} / 1000))
sign=+
[ $ahead -ge 0 ] || {{ sign=-; ahead=$((-ahead)); }}
export FAKETIME="$sign$((ahead / 100)).$((ahead / 10 % 10))$((ahead % 10)) x{speed:g}" NO_FAKE_STAT=1
export LD_PRELOAD={library}
exec "$@"
"""


def library() -> Path:
    """Return where libfaketime is. Raises `UsageError` that says how to get it."""
    found = [path for place in PLACES for path in sorted(Path("/").glob(f"{place}/{LIBRARY}"))]
    if not found or not UPTIME.exists():
        raise UsageError(
            "libfaketime is not on this machine, so no program can live in dilated time: "
            "install it (Debian: `apt-get install faketime`), or leave out --gateway-faketime"
        )
    return found[0]


def dilated(command: Sequence[str], clock: BaseClock, at: Path) -> list[str]:
    """Return the command that runs `command` in the time of `clock`; `at` is where it finds the library."""
    up = round(float(UPTIME.read_text().split()[0]) * 100)
    ahead = round((clock.now() - datetime.now(UTC)).total_seconds() * 100)
    gain = round((clock.speed - 1) * 1000)
    script = SCRIPT.format(ahead=ahead, up=up, gain=gain, speed=clock.speed, library=at)
    return ["sh", "-c", script, "sh", *command]
