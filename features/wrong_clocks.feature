Feature: Clocks that are wrong
  RapidPro, CHT and the gateway run on machines with clocks of their own. Whatever each of them says the time is, how long
  something has waited is the same for all.

  Scenario Outline: The clock of <host> is a day behind
    Given the clock of "<host>" is 1 day behind
    And a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the next broadcast request is reset after its side effect
    And 3 pending messages
    When 1 minute passes
    And 2 pending messages are added
    Then within 1 hour 5 messages are in the state "delivered"

    Examples:
      | host            |
      | textit.com      |
      | cht.example.org |

  Scenario: No two clocks agree
    Given the clock of "textit.com" is 5 minutes ahead
    And the clock of "cht.example.org" is 10 minutes behind
    And a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And 3 pending messages
    Then within 1 hour 3 messages are in the state "delivered"
    And every message has been sent once

  Scenario: The gateway asks CHT for messages as seldom as it is told to
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the gateway asks CHT for messages every 10 minutes
    When 1 minute passes
    And a pending message is added
    And 5 minutes pass
    Then the gateway has made no broadcast requests
    When 6 minutes pass
    Then every message has been sent once

  Scenario: What a gateway asks CHT for can go wrong
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the next 2 CHT requests may be refused
    And a pending message
    Then within 10 minutes every message has been sent once
