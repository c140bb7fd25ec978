"""What a release of CHT says by itself, in words of our own: the projects' translations come before it.

The keys are CHT's (cht-sentinel 4.6, 5); a project that wants its own words names them in `messages-en`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RELEASE_TEXTS: Mapping[str, str] = {
    "empty": "It looks as if your message was empty. Please send it again.",
    "form_not_found": "Your report was not recognised. Please check its first word and send it again.",
    "sms_received": "Your message has arrived and will be read soon.",
    "sys.empty": "The message is empty.",
    "sys.form_not_found": "There is no form '{{form}}'.",
    "sys.missing_fields": "These fields are missing: {{fields}}.",
    "sys.incorrect_type": "The field '{{key}}' is no {{expectedType}}.",
    "extra_fields": "There are more values than fields.",
    "sys.facility_not_found": "Nobody with this phone number is known.",
    "messages.generic.sys.facility_not_found": "Your phone number is not known. Please tell your supervisor.",
    "messages.generic.registration_not_found": "Nobody has the ID {{patient_id}}{{place_id}}{{case_id}}.",
    "messages.generic.no_provided_patient_id": "Your report has no ID for the patient. Please send it again with one.",
    "messages.generic.provided_patient_id_not_unique": "The ID of your report already belongs to somebody else.",
    "messages.generic.parent_not_found": "The place to which this would belong was not found.",
    "messages.generic.parent_field_not_provided": "Your report does not say to which place this belongs.",
    "messages.generic.parent_invalid": "This cannot be registered under {{parent.name}}.",
    "messages.generic.provided_phone_not_valid": "The phone number in your report is not valid.",
    "messages.generic.sender_not_found": "Your phone number is not known here, so your report cannot be about you.",
}
