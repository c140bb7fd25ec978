"""What CHT would do nothing with, in the settings of a project: told before a scenario is silent about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.api.simulated_settings import enabled_transitions, not_simulated
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.cht.transitions.loading import simulated_transitions

from .complaints import meant
from .known_settings import SECTIONS, SMS, TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .complaints import Complaints

Settings = dict[str, Any]
ALIKE = 0.8
# With one of these transitions and without its section CHT loads no transition at all (cht-sentinel 2.2).
NEEDED = {
    "registration": ("registrations",),
    "multi_report_alerts": ("multi_report_alerts",),
    "death_reporting": ("death_reporting", "mark_deceased_forms"),
    "muting": ("muting", "mute_forms"),
}
LISTED_FORMS = ("registrations", "patient_reports", "accept_case_reports", "self_report")
FORMS_OF = {"muting": ("mute_forms", "unmute_forms"), "death_reporting": ("mark_deceased_forms",)}
TEXTS_FOR_TRUTH = ("clear_failing_schedules", "default_to_sender")


def check_settings(settings: Settings, origins: Mapping[str, str], xforms: set[str], complaints: Complaints) -> None:
    """Complain about settings; `origins` has the file of each section, `xforms` the names of the XForms there are."""

    def file(section: str) -> str:
        return origins.get(section, next(iter(origins.values()), ""))

    for section in settings:
        if section not in SECTIONS and (hint := meant(section, SECTIONS, ALIKE)):
            complaints.error(file(section), section, f"is no section of CHT's settings; {hint}")
    _check_transitions(settings, file("transitions"), complaints)
    _check_sms(settings, file("sms"), complaints)
    for name in not_simulated(settings, simulated_transitions(release("latest"))):
        complaints.not_simulated(file(name.partition(".")[0]), name, "nothing acts on it here")
    known = {*_members(settings, "forms"), *xforms}
    for section, key, form in _forms_named(settings):
        if form not in known:
            hint = meant(form, known)
            complaints.warning(file(section), key, f"names the form {form!r}, which there is not{hint and f'; {hint}'}")


def _check_transitions(settings: Settings, file: str, complaints: Complaints) -> None:
    for name in _members(settings, "transitions"):
        if name not in TRANSITIONS:
            hint = meant(name, TRANSITIONS) or f"there are: {', '.join(TRANSITIONS)}"
            complaints.error(file, f"transitions.{name}", f"CHT does not have it and would load none at all; {hint}")
    for name in enabled_transitions(settings):
        path = NEEDED.get(name)
        if path and not isinstance(_at(settings, path), list):
            text = f"needs the list `{'.'.join(path)}`; CHT would load none at all"
            complaints.error(file, f"transitions.{name}", text)


def _check_sms(settings: Settings, file: str, complaints: Complaints) -> None:
    sms = _members(settings, "sms")
    for name, value in sms.items():
        if name not in SMS and (hint := meant(name, SMS, ALIKE)):
            complaints.error(file, f"sms.{name}", f"is no setting of CHT's; {hint}")
        if name in TEXTS_FOR_TRUTH and isinstance(value, str):
            complaints.warning(file, f"sms.{name}", f"is the text {value!r}, which is true whatever it says")


def _forms_named(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield the forms that other sections speak of: section, key, form."""
    for section in LISTED_FORMS:
        entries = settings.get(section)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and isinstance(entry.get("form"), str):
                yield section, f"{section}.{number}.form", entry["form"]
    for section, lists in FORMS_OF.items():
        for name in lists:
            forms = _members(settings, section).get(name)
            for number, form in enumerate(forms if isinstance(forms, list) else ()):
                yield section, f"{section}.{name}.{number}", str(form)


def _members(settings: Settings, section: str) -> dict[str, Any]:
    found = settings.get(section)
    return found if isinstance(found, dict) else {}


def _at(settings: Settings, path: tuple[str, ...]) -> Any:
    found: Any = settings
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found
