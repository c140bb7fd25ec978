@H1 @gateway:cht
Feature: Overlapping sends
  CHT begins a round of sending every minute and does not ask whether the last round has ended.
  What the last round has not saved yet is still pending, so the new round sends it once more.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A slow RapidPro gets the same message several times, which is a defect
    Given broadcast requests are answered 150 seconds late
    And a pending message
    When 10 minutes pass
    Then the gateway has made 3 broadcast requests
    And the workspace "Main" has 3 messages

  Scenario: Only the last copy is remembered, and each copy leaves its trace, which is a defect
    Given the 1st broadcast request is answered 70 seconds late
    And a pending message
    When 5 minutes pass
    Then the workspace "Main" has 2 messages
    And the message has been through the states pending, received-by-gateway, received-by-gateway, delivered
    And the message has the gateway reference 2
    And the gateway has made 1 status request

  Scenario: 25 messages that take 3 seconds each do not fit into a minute, and all go out twice, which is a defect
    Given broadcast requests are answered 3 seconds late
    And 25 pending messages
    When 10 minutes pass
    Then the workspace "Main" has 50 messages
    And 25 messages are in the state "delivered"

  Scenario: 25 messages that take 2 seconds each fit into a minute, and go out once
    Given broadcast requests are answered 2 seconds late
    And 25 pending messages
    When 10 minutes pass
    Then the workspace "Main" has 25 messages
    And 25 messages are in the state "delivered"

  Scenario: Messages that come while a slow round is under way wait for the next round only
    Given broadcast requests are answered 2 seconds late
    And 25 pending messages
    When 62 seconds pass
    And a pending message is added
    And 1 minute passes
    Then no messages are in the state "pending"
    And the workspace "Main" has 26 messages
