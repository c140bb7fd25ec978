"""Who may ask, with which key, and whose requests are counted together, by generation (rapidpro 1.3, 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_SURVEYOR = frozenset({"contacts", "fields", "groups", "flows", "boundaries", "definitions"})


@dataclass(frozen=True)
class AccessProfile:
    """Keys, throttling and the pages that are open to all.

    `rate_profile` is the name of one of `rates.RATE_PROFILES`, for a host that is not given another.
    """

    rate_profile: str  # how many requests an hour (rapidpro 2.2)
    key_style: str = "hex"  # "hex": 40 lower-case hex characters, "alphanumeric": 40 of those (rapidpro 1.3)
    bucket: str = "workspace"  # who shares a throttle's bucket: "workspace" or "user" (rapidpro 2.3)
    staff_bucket: str = "user"  # the same for RapidPro's own staff
    workspace_header: str = "X-Temba-Org"  # of every answer (rapidpro 1.6)
    workspace_header_value: str = "id"  # the attribute of the workspace that the header carries
    open_documentation: bool = False  # no credentials needed for the pages without `.json`
    writes_without_suffix: bool = True  # a POST to such a page is executed
    exchanges_passwords: bool = True  # for tokens, at /api/v2/authenticate (rapidpro 1.3)
    surveyor_endpoints: frozenset[str] = _SURVEYOR  # what a Surveyor may use (rapidpro 1.4)


ACCESS: Mapping[str, AccessProfile] = MappingProxyType(
    {
        "community": AccessProfile("community"),
        "textit-2025": AccessProfile(
            "textit-2025",
            key_style="alphanumeric",
            staff_bucket="workspace",
            open_documentation=True,
            writes_without_suffix=False,
            exchanges_passwords=False,
            surveyor_endpoints=frozenset(),
        ),
        "textit-2026": AccessProfile(
            "textit-2026",
            key_style="alphanumeric",
            staff_bucket="workspace",
            workspace_header="X-Temba-Workspace",
            workspace_header_value="uuid",
            open_documentation=True,
            writes_without_suffix=False,
            exchanges_passwords=False,
            surveyor_endpoints=frozenset(),
        ),
        "v7": AccessProfile("community", bucket="user"),  # before a workspace's tokens shared one bucket (rapidpro 10)
        "v8": AccessProfile("community"),
    }
)
"""By the name of the generation."""
