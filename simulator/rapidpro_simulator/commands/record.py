"""`rapidpro-simulator record`: what happened becomes a scenario."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import write_json

if TYPE_CHECKING:
    import argparse

    from rapidpro_simulator.laboratory.recording.recorder import Recording

PATIENCE = 120.0  # seconds that a world has to tell its story


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write what happened as a feature: in a served world, in a saved journal, or in a HAR file."
    option = parser.add_argument
    option(
        "source",
        help="a journal (.jsonl), a HAR file (.har), or the URL of a world: http://127.0.0.1:8700/v1/worlds/main",
    )
    option("--token", help="of the control API, as `serve` prints it")
    option(
        "-o", "--output", metavar="FILE", type=Path, help="the feature (default: on the terminal); its files go beside"
    )
    option("--whole", action="store_true", help="keep the sentences that change nothing in the end")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.source.startswith(("http://", "https://")):
        told = _ask(options.source, options.token)
    else:
        told = _replay(_read(Path(options.source)), shorten=not options.whole)
    if options.output is None:
        sys.stdout.write(told["feature"])
        return 0
    options.output.write_text(told["feature"], encoding="utf-8")
    for name, document in told["files"].items():
        write_json(options.output.parent / name, document)
    sys.stdout.write(f"written: {', '.join([str(options.output), *told['files']])}\n")
    return 0


def _read(path: Path) -> Recording:
    from rapidpro_simulator.laboratory.recording.from_har import read_har
    from rapidpro_simulator.laboratory.recording.from_journal import recording_of
    from rapidpro_simulator.world.saved_journal import read_journal

    try:
        journal = read_har(path.read_text(encoding="utf-8")) if path.suffix == ".har" else read_journal(path)
        return recording_of(journal, path.stem.replace("-", " ").replace("_", " ").capitalize())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None


def _replay(recording: Recording, *, shorten: bool) -> dict[str, Any]:
    from rapidpro_simulator.laboratory.recording.recorder import finished
    from rapidpro_simulator.testing.sentences import SentenceError

    try:
        scenario = finished(recording, shorten=shorten)
    except SentenceError as error:
        raise UsageError(f"it cannot be replayed: {error.sentence}\n{error}") from None
    return {"feature": scenario.feature(), "files": scenario.files}


def _ask(url: str, token: str | None) -> dict[str, Any]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{url.rstrip('/')}/story", headers=headers)  # noqa: S310 - the scheme is checked
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            told: dict[str, Any] = json.load(response)
            return told
    except HTTPError as error:
        with error:
            detail = json.loads(error.read() or b"{}").get("detail", error.reason)
        raise UsageError(f"{url}: {detail}") from None
    except (URLError, OSError) as error:
        raise UsageError(f"nobody answers at {url}: {getattr(error, 'reason', error)}") from None
