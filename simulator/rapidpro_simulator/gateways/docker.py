"""A gateway that is a container: any image, on a Docker engine that this machine can reach.

Whatever is made in the engine has labels that say whose it is: what a test run left there, the next one removes.
"""

from __future__ import annotations

import asyncio
import os
import platform
import socket
import threading
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from rapidpro_simulator.world.network.external_ports import ExternalPorts

from . import faketime
from .interface import InapplicableError
from .live import GatewayError, LiveGateway, ended_with
from .template import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.protocols import World

    from .template import Template

SOCKET = "unix:///var/run/docker.sock"
NETWORK = "bridge"
PORT = 8080
STATE = "/var/lib/rapidpro-simulator"
LIBRARY = f"/opt/rapidpro-simulator/{faketime.LIBRARY}"
HOST = "host.docker.internal"
MACHINE, OWNER = "rapidpro-simulator.machine", "rapidpro-simulator.owner"  # labels


class Container(LiveGateway):
    """The image `image`. Its containers end with the simulation; its state is in a folder that each of them gets."""

    def __init__(self, world: World, administrator: Administrator, party: str, template: Template, image: str) -> None:
        self._engine = engine(template.docker_host)
        super().__init__(world, administrator, party, template)
        self._image = image
        self._container: Any = None
        self._exit: int | None = None
        self._paused = False
        self._follower: threading.Thread | None = None
        Path(self._folder.name).chmod(0o777)  # the image says which user runs in the container

    def pause(self) -> None:
        self._container.pause()
        self._paused = True

    def resume(self) -> None:
        if self._paused:
            self._container.unpause()
            self._paused = False

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._engine.close()

    def cut(self) -> None:
        """Take the container off its network: packets are dropped without an error."""
        self._engine.networks.get(NETWORK).disconnect(self._container)

    def reconnect(self) -> None:
        self._engine.networks.get(NETWORK).connect(self._container)

    def _what(self) -> str:
        return f"a container of {self._image!r}"

    async def _external_ports(self) -> ExternalPorts:
        # A port at the bridge is for containers alone. Where the engine is in a virtual machine, this machine has no
        # bridge, but a name that containers know.
        network, stream = self._world.network, self._port_stream()
        for config in self._engine.networks.get(NETWORK).attrs["IPAM"]["Config"]:
            if _is_ours(address := _first_address(config)):
                return ExternalPorts(network, self.party, stream, address=address)
        return ExternalPorts(network, self.party, stream, reached_as=HOST)

    def _place(self) -> dict[str, str]:
        return {"host": "0.0.0.0", "port": str(self._inner_port()), "state_dir": STATE, "python": "python3"}  # noqa: S104

    def _inner_port(self) -> int:
        return self.template.port or PORT

    async def _launch(self, values: Mapping[str, str]) -> None:
        await self._close()
        settings = self._settings(values)
        try:
            self._container = await asyncio.to_thread(self._engine.containers.create, self._image, **settings)
            await asyncio.to_thread(self._container.start)
        except ImageNotFound:
            raise GatewayError(f"the engine has no image {self._image!r}: `docker pull` or build it first") from None
        except APIError as error:
            raise GatewayError(f"{self._what()} cannot be started: {error.explanation}") from None
        self._follow(self._container)

    def _settings(self, values: Mapping[str, str]) -> dict[str, Any]:
        template = self.template
        volumes = {self._folder.name: {"bind": STATE, "mode": "rw"}}
        for here, there in template.volumes.items():
            volumes[str(Path(fill(here, values)).resolve())] = {"bind": fill(there, values), "mode": "rw"}
        settings: dict[str, Any] = {"command": [fill(word, values) for word in template.command] or None}
        if template.faketime:
            settings = self._dilated(settings["command"])
            volumes[str(faketime.library())] = {"bind": LIBRARY, "mode": "ro"}
        return {
            **settings,
            "environment": {name: fill(value, values) for name, value in template.environment.items()},
            "volumes": volumes,
            "ports": {f"{self._inner_port()}/tcp": ("127.0.0.1", self._port)},
            "extra_hosts": {HOST: "host-gateway"},
            "network": NETWORK,
            "init": True,  # signals arrive, and orphans are taken care of
            "labels": {MACHINE: platform.node(), OWNER: owner(os.getpid())},
            "detach": True,
        }

    def _dilated(self, command: Sequence[str] | None) -> dict[str, Any]:
        config = self._engine.images.get(self._image).attrs["Config"]
        whole = [*(config.get("Entrypoint") or []), *(command or config.get("Cmd") or [])]
        first, *others = faketime.dilated(whole, self.clock, Path(LIBRARY))
        return {"entrypoint": [first], "command": others}

    def _follow(self, container: Any) -> None:
        """Take down what the container writes, and how it ends, in a thread: the engine's client knows no loop."""
        loop = asyncio.get_running_loop()
        self._exit = None

        def follow() -> None:
            with suppress(DockerException, OSError, RuntimeError):  # it was removed, or the loop is closed
                for line in _lines(container.logs(stream=True, follow=True)):
                    loop.call_soon_threadsafe(self._hear, line)
                loop.call_soon_threadsafe(self._ended, container, container.wait()["StatusCode"])

        self._follower = threading.Thread(target=follow, daemon=True)
        self._follower.start()

    def _ended(self, container: Any, code: int) -> None:
        if container is self._container:
            self._exit = code
            self._note_end()

    def _end(self) -> str | None:
        return None if self._exit is None else ended_with(self._exit)

    async def _terminate(self) -> None:
        if self._container is not None:
            self.resume()  # one that stands still could not hear it
            await asyncio.to_thread(self._container.stop, timeout=round(self.template.grace))

    def _kill(self) -> None:
        if self._container is not None:
            with suppress(APIError):  # it has ended already
                self.resume()
                self._container.kill()

    async def _close(self) -> None:
        container, self._container = self._container, None
        self._paused = False
        if container is not None:
            with suppress(NotFound):
                await asyncio.to_thread(container.remove, force=True, v=True)
            if self._follower is not None:
                await asyncio.to_thread(self._follower.join)  # what it follows is gone, so it ends


def engine(address: str | None = None) -> Any:
    """Return the client of the Docker engine at `address` (None: where the environment says), tidied up.

    Raises `InapplicableError` where none answers.
    """
    address = address or os.environ.get("DOCKER_HOST") or SOCKET
    try:
        if address.startswith("unix://"):
            _knock(address.removeprefix("unix://"))
        client = docker.DockerClient.from_env(environment={**os.environ, "DOCKER_HOST": address})
        prune(client)
    except (DockerException, OSError) as error:
        raise InapplicableError(f"no Docker engine can be reached at {address}: {error}") from None
    return client


def prune(client: Any) -> None:
    """Remove the containers of test runs of this machine that are gone."""
    ours = client.containers.list(all=True, filters={"label": f"{MACHINE}={platform.node()}"}, ignore_removed=True)
    for container in ours:
        if not lives(container.labels[OWNER]):
            with suppress(APIError):  # somebody else removes it at this moment
                container.remove(force=True, v=True)


def owner(pid: int) -> str:
    """Return the name of a process: its number, and when it began, for numbers come again."""
    try:
        _, _, after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        return f"{pid}-{after_name.split()[19]}"
    except OSError:
        return str(pid)


def lives(name: str) -> bool:
    """Say whether the process of this name (`owner`) is still there."""
    pid = int(name.partition("-")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return owner(pid) == name


def _knock(path: str) -> None:
    """Raise `OSError` where nobody listens: the client would leave a socket open."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)


def _first_address(config: Mapping[str, str]) -> str:
    # An engine without a configuration does not say which address is its own: it is the first one.
    return config.get("Gateway") or str(next(ip_network(config["Subnet"]).hosts()))


def _is_ours(address: str) -> bool:
    with suppress(OSError), socket.socket() as sock:
        sock.bind((address, 0))
        return True
    return False


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
    if rest:
        yield rest.decode("utf-8", "replace")
