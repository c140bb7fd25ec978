"""The permissions that CHT adds to settings that lack them (cht 4, 11.1).

Only those that the api itself asks about, with the default roles that the specification names; `can_configure` is
modelled on the program officer.
"""

from __future__ import annotations

DEFAULT_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "can_access_gateway_api": ("gateway",),
    "can_configure": ("program_officer",),
    "can_create_records": ("data_entry", "gateway", "program_officer", "chw_supervisor", "chw"),
    "can_edit": ("data_entry", "gateway", "program_officer", "chw_supervisor", "chw"),
    "can_view_unallocated_data_records": ("gateway",),
}
