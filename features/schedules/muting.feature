Feature: Muting
  Whoever is muted gets no reminders: their scheduled messages stop, and go on once the person is unmuted.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name   | phone         | place  |
      | Akinyi | +254711000003 | Otieno |
    And the settings of CHT include
      """
      {
        "transitions": {"update_clinics": true, "registration": true, "muting": true},
        "forms": {
          "P": {"meta": {"code": "P"}, "fields": {
            "id": {"labels": {"tiny": "id"}, "type": "string"},
            "name": {"labels": {"tiny": "name"}, "type": "string"}}},
          "MUTE": {"meta": {"code": "MUTE"}, "fields": {"patient_id": {"labels": {"tiny": "id"}, "type": "string"}}},
          "GOON": {"meta": {"code": "GOON"}, "fields": {"patient_id": {"labels": {"tiny": "id"}, "type": "string"}}}},
        "registrations": [{
          "form": "P",
          "events": [
            {"name": "on_create", "trigger": "add_patient",
             "params": {"patient_id_field": "id", "patient_name_field": "name"}},
            {"name": "on_create", "trigger": "assign_schedule", "params": "Visits"}],
          "messages": []}],
        "muting": {"mute_forms": ["MUTE"], "unmute_forms": ["GOON"], "messages": [
          {"event_type": "mute", "recipient": "reporting_unit",
           "message": [{"locale": "en", "content": "No more reminders about {{patient.name}}."}]}]},
        "schedules": [{"name": "Visits", "messages": [
          {"group": 1, "offset": "2 hours", "recipient": "reporting_unit",
           "message": [{"locale": "en", "content": "Please visit {{patient_name}}."}]},
          {"group": 2, "offset": "26 hours", "recipient": "reporting_unit",
           "message": [{"locale": "en", "content": "Please visit {{patient_name}} again."}]}]}]
      }
      """
    And CHT has got the report "P 51114 Zuri" from +254711000003

  Scenario: Muting stops what is scheduled
    When CHT gets the report "MUTE 51114" from +254711000003
    And 1 minute passes
    Then +254711000003 receives "No more reminders about Zuri."
    And the scheduled messages are
      | due              | state |
      | 2026-03-02 10:00 | muted |
      | 2026-03-03 10:00 | muted |
    When 3 hours pass
    Then +254711000003 has got 1 message

  Scenario: Unmuting brings back what is due from that day on
    When CHT gets the report "MUTE 51114" from +254711000003
    And 17 hours pass
    And CHT gets the report "GOON 51114" from +254711000003
    Then the scheduled messages are
      | due              | state     |
      | 2026-03-02 10:00 | muted     |
      | 2026-03-03 10:00 | scheduled |

  Scenario: While sentinel is down nobody is muted
    Given sentinel is stopped
    When CHT gets the report "MUTE 51114" from +254711000003
    And 30 minutes pass
    Then the backlog of sentinel is at least 1 change
    And the scheduled messages are
      | due              | state     |
      | 2026-03-02 10:00 | scheduled |
      | 2026-03-03 10:00 | scheduled |
    When sentinel is started
    And 1 minute passes
    Then the backlog of sentinel is 0
    And the scheduled messages are
      | due              | state |
      | 2026-03-02 10:00 | muted |
      | 2026-03-03 10:00 | muted |
