Feature: Messages about somebody who has died
  A report of a death marks the person. It stops no reminders: a project has to say so itself.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name   | phone         | place  |
      | Akinyi | +254711000003 | Otieno |
    And the settings of CHT include
      """
      {
        "transitions": {"update_clinics": true, "registration": true, "death_reporting": true},
        "death_reporting": {"mark_deceased_forms": ["D"]},
        "forms": {
          "P": {"meta": {"code": "P"}, "fields": {
            "id": {"labels": {"tiny": "id"}, "type": "string"},
            "name": {"labels": {"tiny": "name"}, "type": "string"}}},
          "D": {"meta": {"code": "D"}, "fields": {"patient_id": {"labels": {"tiny": "id"}, "type": "string"}}}},
        "registrations": [{"form": "P", "messages": [], "events": [
          {"name": "on_create", "trigger": "add_patient",
           "params": {"patient_id_field": "id", "patient_name_field": "name"}},
          {"name": "on_create", "trigger": "assign_schedule", "params": "Visits"}]}],
        "schedules": [{"name": "Visits", "messages": [
          {"group": 1, "offset": "1 hour", "recipient": "reporting_unit",
           "message": [{"locale": "en", "content": "Please visit {{patient_name}} today."}]}]}]
      }
      """
    And CHT has got the report "P 51114 Zuri" from +254711000003

  Scenario: The reminder comes all the same
    When CHT gets the report "D 51114" from +254711000003
    And 66 minutes pass
    Then +254711000003 receives "Please visit Zuri today."

  Scenario: A project that clears the schedule spares its health workers
    Given the settings of CHT include
      """
      {"transitions": {"accept_patient_reports": true},
       "patient_reports": [{"form": "D", "silence_type": "Visits", "messages": []}]}
      """
    When CHT gets the report "D 51114" from +254711000003
    Then the scheduled messages are
      | due              | state   |
      | 2026-03-02 09:00 | cleared |
    When 70 minutes pass
    Then +254711000003 has got no messages
