"""The permissions that CHT adds to settings that lack them (cht 4, 11.1).

Only those that the api itself asks about, with the default roles that the specification names; those of the program
officer alone are modelled.
"""

from __future__ import annotations

MANAGER = ("program_officer",)
DEFAULT_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "can_access_gateway_api": ("gateway",),
    "can_configure": MANAGER,
    "can_create_people": MANAGER,
    "can_create_places": MANAGER,
    "can_create_records": ("data_entry", "gateway", "program_officer", "chw_supervisor", "chw"),
    "can_create_users": MANAGER,
    "can_edit": ("data_entry", "gateway", "program_officer", "chw_supervisor", "chw"),
    "can_export_contacts": MANAGER,
    "can_export_messages": MANAGER,
    "can_update_places": MANAGER,
    "can_update_users": MANAGER,
    "can_upgrade": MANAGER,
    "can_view_contacts": MANAGER,
    "can_view_reports": MANAGER,
    "can_view_unallocated_data_records": ("gateway",),
    "can_view_users": MANAGER,
}
