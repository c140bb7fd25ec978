@rule
Feature: Rules of changing the account
  A programme moves to another RapidPro account. The new one knows nothing of what the old one was given.

  Background:
    Given RapidPro workspaces "Old" and "New" on "textit.com"
    And a CHT instance that sends through the workspace "Old"

  @R22
  Rule: The new account is not asked about messages of the old one

    Scenario: 42 messages that never got a delivery report
      Given messages of the workspace "Old" become wired, sent
      And 42 pending messages
      Then within 30 minutes 42 messages are in the state "sent"
      When the instance is switched to the workspace "New"
      Then in the next 6 hours the gateway makes no status requests of the workspace "New"
      When a pending message is added
      Then within 30 minutes the workspace "New" has 1 message that is delivered
      And within 1 hour 1 message is in the state "delivered"
      And the gateway still works

    Scenario: References of the old account mean other messages on the new one
      Given a RapidPro workspace "Elsewhere" on "rapidpro.example.org"
      And the workspace "Elsewhere" has sent 3 broadcasts of its own
      And messages of the workspace "Old" become wired, sent
      And 3 pending messages
      Then within 30 minutes 3 messages are in the state "sent"
      When the instance is switched to the workspace "Elsewhere"
      And 6 hours pass
      Then no messages are in the state "delivered"
      When a pending message is added
      Then within 1 hour 1 message is in the state "delivered"
      And the gateway still works

  @R23
  Rule: Messages of the old account come to an end, and new ones go out through the new account

    @R23a
    Scenario: Messages that the old account never sent
      Given messages of the workspace "Old" become wired
      And 5 pending messages
      Then within 30 minutes 5 messages are in the state "forwarded-by-gateway"
      When the instance is switched to the workspace "New"
      Then within 1 day every message has come to an end
      And the gateway still works

    Scenario: New messages
      Given messages of the workspace "Old" become wired, sent
      And 5 pending messages
      Then within 30 minutes 5 messages are in the state "sent"
      When the instance is switched to the workspace "New"
      And 5 pending messages are added
      Then within 30 minutes the workspace "New" has 5 messages that are delivered
      And every message has been sent once
      And the gateway still works
