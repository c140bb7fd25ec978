Feature: A clock that jumps
  The clock of the gateway's machine is set by hours or days: by a telephone network, or because a virtual machine was
  restored. Nothing has become older by that.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And messages of the workspace "Main" become wired, sent, delivered

  Scenario Outline: While messages are on their way
    Given the 4th broadcast request is reset after its side effect
    And 3 pending messages
    When 40 seconds pass
    And 2 pending messages are added
    And 40 seconds pass
    And the gateway's clock jumps <jump>
    Then within 1 hour 5 messages are in the state "delivered"
    And every message has been sent once

    Examples:
      | jump          |
      | 1 hour ahead  |
      | 1 day back    |
      | 10 days ahead |
      | 10 days back  |

  Scenario: While the machine is booted
    Given 3 pending messages
    When 40 seconds pass
    When the gateway's clock jumps 10 days ahead
    And the gateway's machine is booted
    Then within 1 hour 3 messages are in the state "delivered"
    And every message has been sent once
