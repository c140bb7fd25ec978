"""Real PouchDB, the client that CHT uses, takes the simulated CouchDB for one."""

from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rapidpro_simulator.cht.couch import CouchDB, CouchService
from rapidpro_simulator.world.clock import LiveClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.faults import Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.network import Network
from rapidpro_simulator.world.seed import Seed
from tests.support.patience import PATIENCE

PROJECT = Path(__file__).parent / "pouchdb"

QUEUED = {"content": "hi", "to": "+254712345678", "id": "u3"}
BROKEN = "Compilation of the map function in the 'v' view failed: unexpected token in expression: ')'"
EXPECTED: dict[str, Any] = {
    "info": {"name": "medic", "documents": 4},
    "createdOnFirstUse": "medic-fresh",
    "putAndGet": {"sameRev": True, "n": 1},
    "conflict": {"status": 409, "name": "conflict", "reason": "Document update conflict."},
    "missing": {"status": 404, "name": "not_found", "reason": "missing"},
    "remove": {"status": 404, "name": "not_found", "reason": "deleted"},
    "wrongPassword": {"status": 401, "name": "unauthorized", "reason": "Name or password is incorrect."},
    "bulkDocs": {"stored": [True, True, True], "conflict": "conflict", "given": 32},
    "allDocsWithKeys": [
        ["a/b c:d", None, True, None],
        ["nothing", "not_found", False, None],
        ["r2", None, False, "r2"],
    ],
    "allDocsRange": ["r2", "r3"],
    "viewByKeys": ["r2", "r1"],
    "viewByKeysPaged": ["r2"],
    "viewByManyKeys": ["r3", "r1"],
    "viewByRange": [{"id": "r3", "key": ["pending-or-forwarded", 1000], "value": QUEUED}],
    "viewWithDocs": [["u2", "received-by-gateway"]],
    "viewPagedByDocument": ["r1"],
    "reduce": [{"key": ["delivered"], "value": 1}, {"key": ["due"], "value": 3}],
    "missingView": {"status": 404, "name": "not_found", "reason": "missing_named_view"},
    "changesSince": [["late", "late"]],
    "changesPaged": {"seen": 10, "distinct": 10, "last": "late"},
    "changesOfDocuments": ["r1", "r3"],
    "liveChange": {"id": "live", "revs": 1},
    "localDocument": "5",
    "replicateDown": {"ok": True, "complete": True, "again": 0, "same": True},
    "replicateConflictUp": {"sameWinner": True, "conflicts": 1},
    "openRevisions": 2,
    "ownViews": [[{"key": ["x"], "value": 5}, {"key": ["y"], "value": 1}], 8, [3]],
    "ownViewsAfterEdits": [{"key": ["x"], "value": 9}],
    "validation": [{"status": 403, "name": "forbidden", "reason": "nurse may not"}, True],
    "brokenDesign": {"status": 400, "name": "compilation_error", "reason": BROKEN},
    "filteredChanges": [["a", "b"], ["a"], ["b"]],
    "attachments": ["2", "hello", 5, 2, "aGVsbG8=", "hello", True],
    "find": ["No index exists for this sort, try indexing by the sort fields.", "created", "exists", ["b", "a"], 2],
    "replicateBetweenServers": {
        "ok": True,
        "failures": 0,
        "again": 0,
        "sameDocuments": True,
        "sameView": True,
        "attachment": "hello",
        "deleted": {"status": 404, "name": "not_found", "reason": "deleted"},
    },
    "syncConflict": {"sameWinner": True, "conflicts": [1, 1]},
    "filteredReplication": ["a"],
    "destroy": True,
}


def install() -> None:
    """Install PouchDB beside its package.json, once; skip where that cannot be done."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    with (PROJECT / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker of pytest-xdist installs, the others wait
        if is_installed():
            return
        try:
            done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm could not install PouchDB within {PATIENCE} seconds")
    if done.returncode:
        pytest.skip(f"npm could not install PouchDB: {done.stderr.strip()[-300:]}")


def is_installed() -> bool:
    """Say whether npm has installed what the lock of today names."""
    installed = PROJECT / "node_modules" / ".package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= (PROJECT / "package-lock.json").stat().st_mtime


async def prove(network: Network, couch: CouchDB, other: CouchDB, node: str) -> Any:
    """Return what PouchDB says of `couch`, asked over TCP, and of replication to the `other`."""
    hosts = [network.attach(name, CouchService(each)) for name, each in (("couchdb", couch), ("other", other))]
    for host in hosts:
        await network.listen(host)
    urls = [host.live_url for host in hosts]
    process = await asyncio.create_subprocess_exec(
        node, "proof.js", *urls, cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


pytestmark = pytest.mark.xdist_group("pouchdb")  # one process of Node for all, with --dist loadgroup


@pytest.fixture(scope="module")
def proofs() -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    install()
    clock, seed = LiveClock(), Seed(7)
    journal = Journal(clock)
    loop = SimulationLoop(clock)
    network = Network(clock, journal, Faults(clock, seed.stream("faults")), seed.stream("network"))
    couch = CouchDB(Context(clock, seed, journal))
    couch.install_cht("5.2.0")
    couch.add_user("nurse", "pw", ["mm-online"])
    other = CouchDB(Context(clock, Seed(8), journal))
    try:
        results = loop.run(prove(network, couch, other, node))
    finally:
        loop.run(network.close())
        loop.finish()
    assert network.errors == []
    return results


@pytest.mark.parametrize("name", EXPECTED)
def test_pouchdb(proofs: Any, name: str) -> None:
    """What PouchDB makes of CouchDB's answers is what it would make of a real one's."""
    assert proofs[name] == EXPECTED[name]


def test_every_proof_is_checked(proofs: Any) -> None:
    """No call of the proof goes unexamined."""
    assert sorted(proofs) == sorted(EXPECTED)
