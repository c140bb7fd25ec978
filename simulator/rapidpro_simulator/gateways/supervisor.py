"""The supervisor, a process between the test run and a gateway: when the test run is gone, so is the gateway.

Run as a script, with the standard library alone. It reads its order from standard input: a line of JSON (`command`,
`environment`, `folder`); the end of the input is the order to leave nothing behind. What becomes of the gateway it says
on standard output: `started PID`, `failed REASON`, `ended CODE`. The gateway itself writes to what is standard error
here.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Run what the order says until it ends, or the input does."""
    order = json.loads(sys.stdin.readline())
    # Grandchildren that lose their parent come here, even those that have left the process group, and end with us.
    _control_process(PR_SET_CHILD_SUBREAPER, 1)
    try:
        process = subprocess.Popen(  # noqa: S603 to run what the user named is what it is for
            order["command"],
            env=order["environment"],
            cwd=order["folder"],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            preexec_fn=_die_with_the_supervisor,  # noqa: PLW1509 there is one thread here
        )
    except OSError as error:
        _say(f"failed {error.strerror}: {error.filename}")
        return
    _say(f"started {process.pid}")
    threading.Thread(target=_end_with_the_input, args=[process.pid], daemon=True).start()
    code = process.wait()
    _kill_group(process.pid)
    _end_descendants()
    _say(f"ended {code}")


def _end_with_the_input(group: int) -> None:
    sys.stdin.read()
    _kill_group(group)  # the main thread comes back from its wait then, and ends the rest


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _end_descendants() -> None:
    while children := _children():  # a process that loses its parent becomes a child of the supervisor
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _children() -> list[int]:
    """Return the processes whose parent this is; empty where the system does not tell."""
    try:
        return [int(child) for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def _die_with_the_supervisor() -> None:
    _control_process(PR_SET_PDEATHSIG, signal.SIGKILL)


def _control_process(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)


if __name__ == "__main__":
    main()
