@H14 @gateway:cht
Feature: Resurrected tasks
  CHT sends whatever is pending, and does not look whether it was sent before.
  Until 5.1.0 CHT itself set reminders back to pending; today a person or a script can.

  Background:
    Given a RapidPro workspace "Main"

  Scenario: A delivered message that is set back to pending is sent once more
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And a pending message
    When 2 minutes pass
    Then the message is in the state "delivered"
    When message 1 is set to "pending"
    And 2 minutes pass
    Then the workspace "Main" has 2 messages
    And the message is in the state "delivered"
    And message 1 has the gateway reference 2

  Scenario: Each time it is set back it is sent again
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And a pending message
    When 2 minutes pass
    And message 1 is set to "pending"
    And 5 minutes pass
    And message 1 is set to "pending"
    And 5 minutes pass
    Then the workspace "Main" has 3 messages

  Scenario: Setting every open message to scheduled sends it again
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And 3 messages that the workspace "Main" has sent but never seen delivered
    When every message without a final state is set to "scheduled"
    And 10 minutes pass
    Then the workspace "Main" has 6 messages

  Scenario Outline: CHT <release> sends what shares its time with a message without text <how often>
    Given a CHT <release> instance that sends through the workspace "Main"
    And a report with these scheduled messages
      | due              | to            | text           |
      | 2026-03-02 08:00 | +254711000003 | Visit tomorrow |
      | 2026-03-02 08:00 | +254711000003 |                |
    When 31 minutes pass
    Then +254711000003 has got "Visit tomorrow" <times> times

    Examples:
      | release | how often          | times |
      | 5.1.0   | every five minutes | 6     |
      | 5.1.1   | once               | 1     |

  Scenario: A message that an Android gateway had been offered is sent when CHT is switched to RapidPro
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And these messages
      | state                |
      | forwarded-to-gateway |
    When 2 minutes pass
    Then the message is in the state "delivered"
