"""What decides how a random world goes, and so must be the same on every machine of a search."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

# The folders that stand inside the package in a wheel, and beside it in a checkout, are named both times.
BESIDE = ("steps", "features", "fixtures")
SIMULATOR = ("rapidpro_simulator", *(f"rapidpro_simulator.{name}" for name in BESIDE))
GATEWAY = ("cht_rapidpro_gateway",)
DRAWING = ("drawing.py", "events.py", "random_worlds.py")
SUFFIXES = frozenset({".py", ".json", ".js"})


@cache
def versions() -> dict[str, str]:
    """Return the releases, and what the files contain, of all that lives through a world and draws it."""
    return {
        "rapidpro_simulator": f"{version('rapidpro-simulator')} ({contents(SIMULATOR)})",
        "cht_rapidpro_gateway": contents(GATEWAY),
        "hypothesis": version("hypothesis"),
    }


def drawn_by() -> str:
    """Return what decides which world has which number: the release of Hypothesis, and what it draws from."""
    here = Path(__file__).parent
    sentences = sha256(b"".join((here / name).read_bytes() for name in DRAWING))
    return f"Hypothesis {version('hypothesis')} from the sentences {sentences.hexdigest()[:12]}"


def difference(here: dict[str, str], there: dict[str, str]) -> str:
    """Return what is not the same, in words; empty where everything is."""
    differing = (name for name in here if here[name] != there.get(name))
    return ", and ".join(f"{name} {there.get(name)}, not {here[name]}" for name in differing)


def contents(packages: tuple[str, ...]) -> str:
    """Return a short name of what the files of packages contain, however they are installed, if they are."""
    found: dict[str, bytes] = {}
    for package in filter(find_spec, packages):
        folder = Path(str(files(package)))
        for path in folder.rglob("*.*"):
            if path.suffix in SUFFIXES:
                found[f"{package.replace('.', '/')}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    whole = sha256()
    for name in sorted(found):
        whole.update(f"{name} {len(found[name])} ".encode() + found[name])
    return whole.hexdigest()[:12]
