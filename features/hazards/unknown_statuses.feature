@gateway:cht
Feature: Statuses that CHT does not know
  Newer RapidPros answer with statuses that CHT's table lacks.
  CHT up to 4.13 takes them for an error; since 4.14 it takes them for queued.

  Background:
    Given a RapidPro host "textit.com" of the generation "textit-2026"
    And a RapidPro workspace "Main" on "textit.com"
    And the workspace "Main" sends through WhatsApp

  Scenario Outline: CHT <release> sends a message to today's TextIt <copies> times in 10 minutes
    Given a CHT <release> instance that sends through the workspace "Main"
    And a pending message
    When 10 minutes pass
    Then the workspace "Main" has <copies> messages
    And the message is in the state "<state>"

    Examples: for ever, which is a defect
      | release | copies | state   |
      | 3.11    | 10     | pending |
      | 4.13    | 10     | pending |

    Examples: once
      | release | copies | state     |
      | 4.14    | 1      | delivered |
      | 5.2     | 1      | delivered |

  Scenario Outline: CHT <release> takes a broadcast without a status for <state>
    Given a CHT <release> instance that sends through the workspace "Main"
    And a pending message
    And broadcast requests are answered with 201 and {"id": 7}
    When 5 minutes pass
    Then the gateway has made <requests> broadcast requests
    And the message is in the state "<state>"

    Examples:
      | release | requests | state               |
      | 4.13    | 5        | pending             |
      | 4.14    | 1        | received-by-gateway |
      | 5.2     | 1        | received-by-gateway |

  Scenario: CHT 4.13 asks about a message that was read without pause, which is a defect
    Given a CHT 4.13 instance that sends through the workspace "Main"
    And messages of the workspace "Main" become wired, sent, read
    And the workspace "Main" has sent 2 broadcasts of its own
    And these messages
      | state | gateway_ref |
      | sent  | 1           |
    When 1 minute passes
    Then the gateway has made at least 40 status requests in the last 1 second
