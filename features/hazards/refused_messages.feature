@gateway:cht
Feature: Messages that RapidPro refuses
  RapidPro refuses a message that it cannot send: a number that is none, an empty text, a suspended workspace.
  CHT up to 4.13 tries such a message every minute for ever; since 4.14 it fails at once.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Scenario Outline: CHT <release> asks <requests> times in 10 minutes to send to a number that is none
    Given a CHT <release> instance that sends through the workspace "Main"
    And a pending message to "chw_phone"
    When 10 minutes pass
    Then the gateway has made <requests> broadcast requests
    And the message is in the state "<state>"

    Examples: for ever, which is a defect
      | release | requests | state   |
      | 3.11    | 10       | pending |
      | 4.13    | 10       | pending |

    Examples: once
      | release | requests | state  |
      | 4.14    | 1        | failed |
      | 5.2     | 1        | failed |

  Scenario: A message that fails loses the reference that it had
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And these messages
      | to        | state   | gateway_ref |
      | chw_phone | pending | 7           |
    When 1 minute passes
    Then the message is in the state "failed"
    And the message has no gateway reference

  Scenario: A suspended workspace makes messages fail for good, which is a defect
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And the workspace "Main" is suspended
    And 5 pending messages
    When 1 minute passes
    Then 5 messages are in the state "failed"
    When the workspace "Main" is restored
    And 10 minutes pass
    Then the gateway has made 5 broadcast requests
    And the workspace "Main" has no messages
