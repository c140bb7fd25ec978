"""The end of a process whose parent is gone: the reading end of a pipe tells, however the parent has died."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

GRACE = 5.0  # real seconds


def end_with_parent(lifeline: int, folder: Path) -> None:
    """End this process as by Ctrl-C when the pipe whose reading end is `lifeline` closes, and remove `folder`.

    What has not ended by itself some seconds later is killed, with its process group.
    """
    threading.Thread(target=_watch, args=(lifeline, folder), daemon=True).start()
    atexit.register(_remove_if_orphaned, lifeline, folder)


def _watch(lifeline: int, folder: Path) -> None:
    os.read(lifeline, 1)  # nobody writes: it returns when the other end is closed
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _remove_if_orphaned(lifeline: int, folder: Path) -> None:
    is_closed, _, _ = select.select([lifeline], [], [], 0)
    if is_closed:
        shutil.rmtree(folder, ignore_errors=True)
