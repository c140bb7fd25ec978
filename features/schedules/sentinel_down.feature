Feature: Sentinel is down
  Replies to reports come from CHT's api. Reminders, and all that is scheduled, come from sentinel: while it is down,
  nothing becomes due.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these messages
      | to            | text           | state     | due                      |
      | +254711000003 | Visit tomorrow | scheduled | 2026-03-02T09:00:00.000Z |

  Scenario: A scheduled message goes out within six minutes of its time
    When 59 minutes pass
    Then the message is in the state "scheduled"
    When 8 minutes pass
    Then +254711000003 receives "Visit tomorrow"

  Scenario: After an outage it goes out late
    When sentinel is down for 3 hours
    Then the message is in the state "scheduled"
    When 3 minutes pass
    Then +254711000003 receives "Visit tomorrow"

  Scenario: Before and after its hours nothing becomes due
    Given the settings of CHT include
      """
      {"schedule_morning_hours": 10}
      """
    When 119 minutes pass
    Then the message is in the state "scheduled"
    When 8 minutes pass
    Then +254711000003 receives "Visit tomorrow"

  Scenario: What is overdue for more than a week never goes out
    Given a report with these scheduled messages
      | due              | to            | text          |
      | 2026-02-23 07:59 | +254711000004 | Visit at once |
    When 20 minutes pass
    Then +254711000004 has got no messages
