"""What every test of this repository has: pytester, for tests of the plugin itself.

And which files stay with one worker of xdist: since pytest 9.2 its groups, `xdist_group`, silently do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["pytester"]

BROWSER = ("access", "account_switch", "doing", "panels", "safety")
TOGETHER = {
    "tests/cht/couch/test_pouchdb.py": "pouchdb",
    "tests/commands/demo/test_play.py": "demo",
    "tests/commands/serve/test_live.py": "served",
    **{f"tests/console/browser/test_{name}.py": "browser" for name in BROWSER},
    "tests/gateway/test_package.py": "wheel",
    "tests/packaging/test_wheel.py": "wheel",
    "tests/test_determinism.py": "determinism",
    "tests/testing/conformance/test_run.py": "conformance",
}
"""Files whose tests share what costs a process, and the name of what they share."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Distribute single tests, but those that share something to one worker."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER.get(nodeid.partition("::")[0], nodeid)

    return Together(config, log)
