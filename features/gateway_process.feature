Feature: The gateway's process
  A gateway is a program on some machine. It is stopped for an update, stands still when the machine is busy, and loses
  its network. Messages wait as long.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: It is stopped, and started again later
    Given 2 pending messages
    Then within 30 minutes 2 messages are in the state "delivered"
    When the gateway is stopped
    And 3 pending messages are added
    And 10 minutes pass
    Then the workspace "Main" has 2 messages
    When the gateway is started again
    Then within 1 hour 5 messages are in the state "delivered"
    And the workspace "Main" has 5 messages

  Scenario: It stands still for a while
    When the gateway stands still
    And 3 pending messages are added
    And 10 minutes pass
    Then the workspace "Main" has no messages
    When the gateway goes on
    Then within 2 hours 3 messages are in the state "delivered"
    And the workspace "Main" has 3 messages

  Scenario: It has no network for a while
    When the gateway has no network
    And 3 pending messages are added
    And 10 minutes pass
    Then the workspace "Main" has no messages
    When the gateway has its network again
    Then within 2 hours 3 messages are in the state "delivered"
    And the workspace "Main" has 3 messages
