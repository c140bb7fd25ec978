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
        "transitions": {"update_clinics": true},
        "roles": {"data_entry": {"name": "Data entry"}},
        "forms": {
          "TRIAGE": {"public_form": true, "meta": {"code": "TRIAGE"}, "fields": {
            "patient_uuid": {"type": "string", "labels": {"tiny": {"en": "patient"}}},
            "fever": {"type": "string", "labels": {"tiny": {"en": "fever"}}},
            "outcome": {"type": "string", "labels": {"tiny": {"en": "outcome"}}}}},
          "FEEDBACK": {"public_form": true, "meta": {"code": "FEEDBACK"}, "fields": {
            "rating": {"type": "integer", "labels": {"tiny": {"en": "rating"}}}}}}
      }
      """
    And the flows of "triage-and-feedback.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_login" is the login of a CHT user with the role "data_entry"
    And CHT starts the flow "Feedback" of the workspace "Main" after the form "follow_up"
    And the settings of CHT include
      """
      {"outbound": {"start Feedback": {"mapping": {"extra.chw": "doc.contact.name"}}}}
      """

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
    When 1 minute passes
    Then CHT starts the flow "Feedback" in RapidPro for +265991234567
    And RapidPro answers "How was the visit of Joyce? 1 to 5"
    When +265991234567 texts "5"
    Then RapidPro answers "Thank you for your feedback."
    And the reports of CHT are
      | form      | from          | fields.outcome | fields.rating |
      | TRIAGE    | +265991234567 | refer          |               |
      | follow_up | +265991111111 |                |               |
      | FEEDBACK  | +265991234567 |                | 5             |

  Scenario: The health worker is out of reach, and the feedback waits
    Given the phone of the health worker "Joyce" is offline
    And +265991234567 has texted "assessment", "Yes"
    When 3 hours pass
    Then the health worker "Joyce" has no tasks
    When the phone of the health worker "Joyce" is online again
    Then the health worker "Joyce" has 1 task "Visit" about "Grace Banda"
    Given the phone of the health worker "Joyce" is offline
    When the health worker "Joyce" completes the task "Visit" about "Grace Banda"
    And 3 hours pass
    Then CHT does not start the flow "Feedback" in RapidPro
    When the phone of the health worker "Joyce" is online again
    And 1 minute passes
    Then CHT starts the flow "Feedback" in RapidPro for +265991234567

  Scenario: Nobody needs a visit
    Given +265991234567 has texted "assessment", "No"
    When 1 hour passes
    Then the health worker "Joyce" has no tasks
    And CHT does not start the flow "Feedback" in RapidPro
