"""`multi_report_alerts`: messages when so many reports of a time count (cht-sentinel 5.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import JavaScriptError, as_text, compile_pattern, is_truthy
from rapidpro_simulator.cht.messages.composer import add_error
from rapidpro_simulator.cht.messages.context import Subject

from .context import objects_in
from .errors import ConfigurationError
from .reports import is_report, is_valid_submission
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

NAME = "multi_report_alerts"
BY_DATE = "medic-client/reports_by_date"
INVALID = f"Validation failed for {NAME} transition"
NO_LIST = "Cannot read properties of undefined (reading 'forEach')"
REQUIRED = ("name", "is_report_counted", "num_reports_threshold", "message", "recipients", "time_window_in_days")
MOST_REPORTS = 100
DAY = 24 * 60 * 60 * 1000  # milliseconds

_PHONE = compile_pattern(r"\+\d+")


def check(context: TransitionContext) -> None:
    alerts = context.settings.get(NAME)
    if not isinstance(alerts, list):
        raise ConfigurationError(NO_LIST)
    names = [each.get("name") for each in objects_in(alerts)]
    if not all(isinstance(each, dict) and _is_right(each) for each in alerts) or len(set(names)) < len(names):
        raise ConfigurationError(INVALID)


def _is_right(alert: Json) -> bool:
    return (
        all(is_truthy(alert.get(name)) for name in REQUIRED)
        and isinstance(alert["name"], str)
        and isinstance(alert["recipients"], list)
        and _number(alert["num_reports_threshold"]) <= MOST_REPORTS
        and _number(alert["time_window_in_days"]) > 0
    )


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else float("nan")


def matches(context: TransitionContext, change: Change) -> bool:
    return is_report(change.document) and is_valid_submission(context, change.document)


async def run(context: TransitionContext, change: Change) -> bool:
    changed = False
    for alert in context.entries(NAME):
        changed |= await _Alert(context, alert, change.document).run()
    return changed


@dataclass
class _Alert:
    """An alert, as the newest report `latest` may set it off."""

    context: TransitionContext
    alert: Json
    latest: Json

    async def run(self) -> bool:
        if not self._is_counted(self.latest):
            return False
        counted = [self.latest, *await self._earlier()]
        if len(counted) < self.alert["num_reports_threshold"]:
            return False
        ids = [each["_id"] for each in counted]
        told = {each for report in counted for each in self._told_by(report)}
        new = [each for each in counted if each["_id"] not in told]
        for phone in self._phones(new):
            self._add_message(phone, new, ids)
        return True

    def _is_of_form(self, report: Json) -> bool:
        forms = self.alert.get("forms")
        return not isinstance(forms, list) or report.get("form") in forms

    def _is_counted(self, report: Json) -> bool:
        if not self._is_of_form(report):
            return False
        try:
            source = f"({self.alert['is_report_counted']})(report, latest)"
            return self.context.sandbox.holds(source, {"report": report, "latest": self.latest})
        except JavaScriptError as error:
            self.context.log(f"{NAME}: is_report_counted of {self.alert['name']} failed: {error}")
            return False

    async def _earlier(self) -> list[Json]:
        """Return what was reported before the latest and counts, the newest first."""
        until = int(self.latest.get("reported_date") or 0) - 1
        since = until - self.alert["time_window_in_days"] * DAY
        view = self.context.store.view
        rows = await view(BY_DATE, startkey=[until], endkey=[since], descending=True, include_docs=True)
        documents = [row["doc"] for row in rows if row.get("doc") and row["id"] != self.latest.get("_id")]
        hydrated = await self.context.lineage.hydrate([each for each in documents if self._is_of_form(each)])
        valid = [each for each in hydrated if is_valid_submission(self.context, each)]
        return [each for each in valid if self._is_counted(each)]

    def _told_by(self, report: Json) -> list[Any]:
        tasks = objects_in(report.get("tasks"))
        return [
            each for task in tasks if task.get("alert_name") == self.alert["name"] for each in task["counted_reports"]
        ]

    def _phones(self, reports: list[Json]) -> list[str]:
        phones: list[str] = []
        for report in reports:
            for recipient in self.alert["recipients"]:
                phones += self._phones_of(recipient, report)
        return list(dict.fromkeys(phones))

    def _phones_of(self, recipient: Any, report: Json) -> list[str]:
        if isinstance(recipient, str) and _PHONE.fullmatch(recipient):
            return [recipient]
        try:
            found = self.context.sandbox.evaluate(as_text(recipient), {"new_report": report})
        except JavaScriptError as error:
            self._complain(recipient, str(error))
            return []
        phones = found if isinstance(found, list) else [found]
        for phone in phones:
            if not isinstance(phone, str):
                self._complain(recipient, as_text(phone))
        return [phone for phone in phones if isinstance(phone, str)]

    def _complain(self, recipient: Any, found: str) -> None:
        text = f'{NAME} : phone number for "{recipient}" is not a string or array of strings.'
        add_error(self.latest, "invalid_report", f'{text} Message will not be sent. Found: "{found}"')

    def _add_message(self, phone: str, new: list[Json], ids: list[str]) -> None:
        extras = {
            "new_reports": new,
            "num_counted_reports": len(ids),
            "alert_name": self.alert["name"],
            "num_reports_threshold": self.alert["num_reports_threshold"],
            "time_window_in_days": self.alert["time_window_in_days"],
        }
        self.context.composer.add_message(
            self.latest,
            self.alert,
            phone,
            Subject(extras=extras),
            type="alert",
            alert_name=self.alert["name"],
            counted_reports=ids,
        )


MULTI_REPORT_ALERTS = Transition(NAME, matches, run, check)
