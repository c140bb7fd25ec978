Feature: Reminders of a clinic
  A project that has rapidpro-simulator installed writes its own features, with our sentences and with its own.

  Background:
    Given a RapidPro workspace "Clinic"
    And a CHT instance that sends through the workspace "Clinic"

  @reminders
  Scenario: A reminder is delivered
    Given a pending message to "+254712345678" with the text "Visit tomorrow"
    When 2 minutes pass
    Then the message is in the state "delivered"
    And message 1 of the workspace "Clinic" reads "Visit tomorrow"

  @reminders
  Scenario: Whatever the clinic writes itself
    Given a reminder for "Asha"
    When 2 minutes pass
    Then the message is in the state "delivered"

  Scenario: Every broadcast keeps to its schema
    Given 3 pending messages
    When 1 minute passes
    Then every request of the gateway keeps to its schema
