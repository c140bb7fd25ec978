"""The small file in which `serve` says where phones text in, so that `sms` finds it from another terminal."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.rapidpro.host import RapidProHost

NAME = ".rapidpro-simulator.json"


@dataclass(frozen=True)
class PhoneAddress:
    """Where texts for one workspace are brought: the URL of its channel (None: it has none that can be called)."""

    host: str
    workspace: str
    receive: str | None


@dataclass(frozen=True)
class Served:
    """A simulation that is served: the process, its journal, and where its workspaces are texted."""

    process: int
    journal: Path
    phones: tuple[PhoneAddress, ...]


def addresses(hosts: Iterable[RapidProHost]) -> tuple[PhoneAddress, ...]:
    """Return where each workspace is texted, by its first channel that can be."""
    return tuple(
        PhoneAddress(host.name, workspace.name, next(filter(None, map(host.receive_url, workspace.channels)), None))
        for host in hosts
        for workspace in host.installation.workspaces.values()
    )


def write(folder: Path, served: Served) -> Path | None:
    """Write the file into `folder`, in place of an older one; None where that is not allowed."""
    path = folder / NAME
    text = json.dumps({**asdict(served), "journal": str(served.journal)}, indent=2)
    with suppress(OSError):  # a convenience: what cannot be written can still be given with --url
        path.write_text(text + "\n", encoding="utf-8")
        return path
    return None


def read(folder: Path) -> Served | None:
    """Return what stands in the file of `folder`; None where there is none, or it is no such file."""
    try:
        saved = json.loads((folder / NAME).read_text(encoding="utf-8"))
        phones = tuple(PhoneAddress(**each) for each in saved["phones"])
        return Served(saved["process"], Path(saved["journal"]), phones)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove(folder: Path) -> None:
    """Remove the file of `folder`, unless another process has written it since."""
    served = read(folder)
    if served is not None and served.process == os.getpid():
        (folder / NAME).unlink(missing_ok=True)
