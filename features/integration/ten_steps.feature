Feature: Triage by text, a visit, and feedback
  The ten steps that CHT's documentation draws between a patient, RapidPro, CHT and a health worker, as one story:
  every request in both directions is made.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name        | phone         | place   |
      | Grace Banda | +265991234567 | Area 25 |
    And these health workers
      | name  | phone         | place   |
      | Joyce | +265991111111 | Area 25 |
    And these tasks of health workers are declared
      | task  | after the form | with            | completed by | until |
      | Visit | TRIAGE         | outcome = refer | follow_up    | 3     |
    And the settings of CHT include
      """
      {
        "transitions": {"update_clinics": true, "mark_for_outbound": true},
        "roles": {"data_entry": {"name": "Data entry"}},
        "forms": {
          "TRIAGE": {"public_form": true, "meta": {"code": "TRIAGE"}, "fields": {
            "patient_uuid": {"type": "string", "labels": {"tiny": {"en": "patient"}}},
            "fever": {"type": "string", "labels": {"tiny": {"en": "fever"}}},
            "outcome": {"type": "string", "labels": {"tiny": {"en": "outcome"}}}}},
          "FEEDBACK": {"public_form": true, "meta": {"code": "FEEDBACK"}, "fields": {
            "rating": {"type": "integer", "labels": {"tiny": {"en": "rating"}}}}}},
        "outbound": {"feedback": {
          "relevant_to": "doc.type === 'data_record' && doc.form === 'follow_up'",
          "destination": {
            "base_url": "https://textit.com", "path": "/api/v2/flow_starts.json",
            "auth": {"type": "header", "name": "Authorization", "value_key": "rapidpro:outbound"}},
          "mapping": {
            "flow": {"expr": "'a0000000-0000-4000-8000-000000000045'"},
            "urns": {"expr": "['tel:' + doc.fields.inputs.contact.phone]"},
            "extra.chw": "doc.contact.name"}}}
      }
      """
    And the flows of "triage-and-feedback.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_login" is the login of a CHT user with the role "data_entry"

  Scenario: From the first text to the feedback
    When +265991234567 texts "assessment"
    Then RapidPro answers "Hello Grace Banda of Area 25. Do you have a fever?"
    When +265991234567 texts "Yes"
    Then RapidPro answers "Your CHW will visit you today."
    And the reports of CHT are
      | form   | from          | fields.fever | fields.outcome |
      | TRIAGE | +265991234567 | Yes          | refer          |
    And the health worker "Joyce" has 1 task "Visit" about "Grace Banda"
    When the health worker "Joyce" completes the task "Visit" about "Grace Banda"
    Then the health worker "Joyce" has no tasks
