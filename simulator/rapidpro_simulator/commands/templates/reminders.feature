Feature: Reminders
  What CHT has for health workers reaches them through RapidPro.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A reminder is delivered
    Given a pending message to "+254712345678" with the text "Visit Grace tomorrow"
    When 3 minutes pass
    Then the message is in the state "delivered"
    And +254712345678 has got "Visit Grace tomorrow"

  Scenario: A busy carrier loses nothing
    Given the carrier of the workspace "Main" tries twice
    And 5 pending messages
    When 1 hour passes
    Then 5 messages are in the state "delivered"
    And every message has been sent once
