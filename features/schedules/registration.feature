Feature: From a registration to the visit
  A report registers somebody. The schedule that it sets off reminds the health worker of the visit, until a report says
  that it was made.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name   | phone         | place  |
      | Akinyi | +254711000003 | Otieno |
    And the settings of CHT include
      """
      {
        "transitions": {"update_clinics": true, "registration": true, "accept_patient_reports": true},
        "forms": {
          "P": {"meta": {"code": "P"}, "fields": {
            "id": {"labels": {"tiny": "id"}, "type": "string"},
            "name": {"labels": {"tiny": "name"}, "type": "string"}}},
          "V": {"meta": {"code": "V"}, "fields": {"patient_id": {"labels": {"tiny": "id"}, "type": "string"}}}},
        "registrations": [{
          "form": "P",
          "events": [
            {"name": "on_create", "trigger": "add_patient",
             "params": {"patient_id_field": "id", "patient_name_field": "name"}},
            {"name": "on_create", "trigger": "assign_schedule", "params": "Visits"}],
          "messages": [{"event_type": "report_accepted", "recipient": "reporting_unit",
            "message": [{"locale": "en", "content": "Thank you, {{patient_name}} is registered."}]}]}],
        "patient_reports": [{
          "form": "V", "silence_type": "Visits", "silence_for": "",
          "messages": [{"event_type": "report_accepted", "recipient": "reporting_unit",
            "message": [{"locale": "en", "content": "Thank you for visiting {{patient_name}}."}]}]}],
        "schedules": [{"name": "Visits", "messages": [
          {"group": 1, "offset": "1 hour", "recipient": "reporting_unit",
           "message": [{"locale": "en", "content": "Please visit {{patient_name}} today."}]},
          {"group": 2, "offset": "3 hours", "recipient": "reporting_unit",
           "message": [{"locale": "en", "content": "Please visit {{patient_name}} once more."}]}]}]
      }
      """

  Scenario: The reply comes within a minute, the reminder at its hour
    When CHT gets the report "P 51114 Zuri" from +254711000003
    Then the scheduled messages are
      | due              | schedule | group | state     |
      | 2026-03-02 09:00 | Visits   | 1     | scheduled |
      | 2026-03-02 11:00 | Visits   | 2     | scheduled |
    When 1 minute passes
    Then +254711000003 receives "Thank you, Zuri is registered."
    When 57 minutes pass
    Then +254711000003 has got 1 message
    When 8 minutes pass
    Then +254711000003 receives "Please visit Zuri today."

  Scenario: A report of the visit clears what has not been sent
    Given CHT has got the report "P 51114 Zuri" from +254711000003
    When 90 minutes pass
    And CHT gets the report "V 51114" from +254711000003
    And 2 minutes pass
    Then the scheduled messages are
      | due              | state     | text                         |
      | 2026-03-02 09:00 | delivered | Please visit Zuri today.     |
      | 2026-03-02 11:00 | cleared   | Please visit Zuri once more. |
    When 2 hours pass
    Then +254711000003 has got 3 messages

  Scenario: Whoever comes in time is not reminded at all
    Given CHT has got the report "P 51114 Zuri" from +254711000003
    When 30 minutes pass
    And CHT gets the report "V 51114" from +254711000003
    And 4 hours pass
    Then +254711000003 has got 2 messages

  Scenario: A reminder waits for the quota, and is cleared meanwhile
    Given the workspace "Main" may make 2 requests an hour in the scope "v2.broadcasts"
    And CHT has got the report "P 51114 Zuri" from +254711000003
    When 55 minutes pass
    And 5 pending messages are added
    And 20 minutes pass
    Then the scheduled messages are
      | due              | state     |
      | 2026-03-02 09:00 | pending   |
      | 2026-03-02 11:00 | scheduled |
    When CHT gets the report "V 51114" from +254711000003
    Then the scheduled messages are
      | due              | state   |
      | 2026-03-02 09:00 | cleared |
      | 2026-03-02 11:00 | cleared |

  @gateway:cht
  Scenario: A message that is being sent cannot be cleared, which is a defect
    Given CHT has got the report "P 51114 Zuri" from +254711000003
    And broadcast requests are answered 40 seconds late
    When 66.3 minutes pass
    And CHT gets the report "V 51114" from +254711000003
    Then the scheduled messages are
      | due              | state   |
      | 2026-03-02 09:00 | cleared |
      | 2026-03-02 11:00 | cleared |
    When 3 minutes pass
    Then +254711000003 receives "Please visit Zuri today."
    And the scheduled messages are
      | due              | state     |
      | 2026-03-02 09:00 | delivered |
      | 2026-03-02 11:00 | cleared   |
