"""All transitions, in the order in which CHT runs them (cht-sentinel 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .accept_reports import ACCEPT_CASE_REPORTS, ACCEPT_PATIENT_REPORTS
from .conditional_alerts import CONDITIONAL_ALERTS
from .create_user_for_contacts import CREATE_USER_FOR_CONTACTS
from .death_reporting import DEATH_REPORTING
from .default_responses import DEFAULT_RESPONSES
from .generate_shortcodes import GENERATE_PATIENT_ID_ON_PEOPLE, GENERATE_SHORTCODE_ON_CONTACTS
from .mark_for_outbound import MARK_FOR_OUTBOUND
from .multi_report_alerts import MULTI_REPORT_ALERTS
from .muting import MUTING, UPDATE_NOTIFICATIONS
from .registration import REGISTRATION
from .resolve_pending import RESOLVE_PENDING
from .self_report import SELF_REPORT
from .update_clinics import UPDATE_CLINICS
from .update_scheduled_reports import UPDATE_SCHEDULED_REPORTS
from .update_sent_by import UPDATE_SENT_BY
from .update_sent_forms import UPDATE_SENT_FORMS

if TYPE_CHECKING:
    from .transition import Transition

ALL: tuple[Transition, ...] = (
    UPDATE_CLINICS,
    SELF_REPORT,
    REGISTRATION,
    ACCEPT_PATIENT_REPORTS,
    ACCEPT_CASE_REPORTS,
    GENERATE_SHORTCODE_ON_CONTACTS,
    GENERATE_PATIENT_ID_ON_PEOPLE,
    DEFAULT_RESPONSES,
    UPDATE_SENT_BY,
    DEATH_REPORTING,
    CONDITIONAL_ALERTS,
    MULTI_REPORT_ALERTS,
    UPDATE_NOTIFICATIONS,
    UPDATE_SENT_FORMS,
    UPDATE_SCHEDULED_REPORTS,
    RESOLVE_PENDING,
    MUTING,
    MARK_FOR_OUTBOUND,
    CREATE_USER_FOR_CONTACTS,
)
