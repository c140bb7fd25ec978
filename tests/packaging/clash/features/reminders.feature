Feature: Reminders of a project whose packages have common names
  It has folders `simulator`, `gateway`, `steps`, `fixtures` and `features`, each a package.

  Background:
    Given a RapidPro workspace "Clinic"
    And a CHT instance that sends through the workspace "Clinic"

  Scenario: A reminder is delivered
    Given a reminder of the project's own
    When 3 minutes pass
    Then the message is in the state "delivered"
    And its packages are its own

  Scenario: A reminder is delivered although RapidPro is down for an hour
    Given RapidPro requests are refused for 1 hour
    And 5 pending messages
    When 3 hours pass
    Then 5 messages are in the state "delivered"
