"""The words of CHT's app settings: sections, transitions, and the members of `sms`."""

from __future__ import annotations

# What CHT can load, of whatever release (cht-sentinel 2.1).
TRANSITIONS = (
    *("update_clinics", "self_report", "registration", "accept_patient_reports", "accept_case_reports"),
    *("generate_shortcode_on_contacts", "generate_patient_id_on_people", "default_responses", "update_sent_by"),
    *("death_reporting", "conditional_alerts", "multi_report_alerts", "update_notifications", "update_sent_forms"),
    *("update_scheduled_reports", "resolve_pending", "muting", "mark_for_outbound", "create_user_for_contacts"),
)
# What CHT and its configurations have been seen to read (cht 4, cht-sentinel 10); a project may have more.
SECTIONS = (
    *("transitions", "registrations", "patient_reports", "accept_case_reports", "schedules", "alerts", "muting"),
    *("multi_report_alerts", "notifications", "death_reporting", "self_report", "update_clinics", "default_responses"),
    *("create_user_for_contacts", "forms", "forms_only_mode", "public_access", "contact_types", "contact_summary"),
    *("place_hierarchy_types", "outbound", "purge", "reminders", "tasks", "task_day_limit", "sms", "locale", "locales"),
    *("locale_outgoing", "languages", "date_format", "reported_date_format", "default_country_code", "id_format"),
    *("phone_validation", "outgoing_deny_list", "outgoing_deny_shorter_than", "outgoing_deny_with_alphas"),
    *("outgoing_phone_replace", "outgoing_phone_filters", "gateway_number", "multipart_sms_limit", "message_queue"),
    *("schedule_morning_hours", "schedule_morning_minutes", "schedule_evening_hours", "schedule_evening_minutes"),
    *("roles", "permissions", "district_admins_access_unallocated_messages", "token_login", "app_url"),
    *("oidc_provider", "uhc", "replication_depth", "contact_display_short", "translations", "setup_complete"),
    *("kujua-reporting", "dhis_data_sets", "assetlinks"),
)
SMS = ("outgoing_service", "rapidpro", "duplicate_limit", "clear_failing_schedules", "default_to_sender")
