"""What every test of this repository has: pytester, for tests of the plugin itself."""

from __future__ import annotations

pytest_plugins = ["pytester"]
