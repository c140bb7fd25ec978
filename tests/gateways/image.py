"""Makes a Docker image of our gateway from what is on this machine, without a registry: `python image.py NAME`.

The Python that runs this, the shared libraries that it loads, the gateway and what it needs of the virtual environment.
For everybody who has a registry there is the Dockerfile.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import sysconfig
import tarfile
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from rapidpro_simulator.gateways.docker import engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

GATEWAY = Path(__file__).parents[2] / "gateway" / "cht_rapidpro_gateway"
NEEDED = ("aiohttp", "prometheus-client")
NOT_NEEDED = {
    "__pycache__",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "site-packages",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
}
SHELL = "/bin/sh"
CHANGES = [
    'CMD ["python3", "-m", "cht_rapidpro_gateway"]',
    "WORKDIR /gateway",
    f"ENV PATH={sys.base_prefix}/bin:/usr/bin:/bin PYTHONPATH=/gateway:/gateway/packages PYTHONDONTWRITEBYTECODE=1",
]


def build(name: str, client: DockerClient | None = None) -> str:
    """Make the image `name` and return its id."""
    made = (client or engine()).api.import_image_from_data(_file_system(), repository=name, changes=CHANGES)
    return str(made)


def _file_system() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for source, target in _files():
            tar.add(source, target.lstrip("/"), recursive=False)
        for folder in ("tmp", "proc", "sys", "dev", "etc", "run"):
            tar.addfile(_folder(folder))
    return buffer.getvalue()


def _folder(name: str) -> tarfile.TarInfo:
    folder = tarfile.TarInfo(name)
    folder.type = tarfile.DIRTYPE
    folder.mode = 0o1777 if name == "tmp" else 0o755
    return folder


def _files() -> Iterator[tuple[Path, str]]:
    """Yield each file with where it goes; a symbolic link goes as what it leads to."""
    python = Path(sys.executable).resolve()
    programs = [python, Path(SHELL).resolve()]
    library = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix}))
    modules = [path for path in sorted(library.rglob("*")) if path.is_file() and not NOT_NEEDED & set(path.parts)]
    packages = dict(_packages())
    yield python, f"{sys.base_prefix}/bin/python3"
    yield Path(SHELL).resolve(), SHELL
    yield from ((path, str(path)) for path in modules)
    yield from ((path, f"/gateway/packages/{name}") for name, path in packages.items())
    yield from ((path, f"/gateway/{path.parent.name}/{path.name}") for path in sorted(GATEWAY.glob("*.py")))
    for shared in sorted(
        _shared_by([*programs, *(path for path in (*modules, *packages.values()) if ".so" in path.name)])
    ):
        yield Path(shared).resolve(), shared


def _packages() -> Iterator[tuple[str, Path]]:
    """Yield the files of the distributions that the gateway needs, and of what those need."""
    wanted, seen = list(NEEDED), set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        requirements = map(Requirement, found.requires or ())
        wanted += [each.name for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]
        for file in found.files or ():
            path = Path(str(file.locate()))
            if ".." not in file.parts and "__pycache__" not in file.parts and path.is_file():
                yield str(file), path


def _shared_by(programs: list[Path]) -> set[str]:
    listed = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"(?:=> |^\t)(/\S+) \(0x", listed, re.MULTILINE))


if __name__ == "__main__":
    print(build(sys.argv[1]))
