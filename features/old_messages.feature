Feature: Messages that have become old
  RapidPro or the gateway was away, and what waited is old by now. A reminder of yesterday's visit does more harm than
  good; whoever runs the gateway says how old is too old.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: Yesterday's reminder is not sent any more
    Given the gateway fails messages that have waited for more than 1 day
    And broadcast requests are refused for 1 day
    And a pending message
    When 1 day passes
    And 2 hours pass
    Then the workspace "Main" has no messages
    And 1 message is in the state "failed"
    When a pending message is added
    Then within 30 minutes the workspace "Main" has 1 message that is delivered

  Scenario: Where age is no matter, everything is sent in the end
    Given the gateway sends messages however old they are
    And broadcast requests are refused for 30 hours
    And 2 pending messages
    When 32 hours pass
    Then within 10 minutes 2 messages are in the state "delivered"
    And every message has been sent once
