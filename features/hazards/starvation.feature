@H3 @gateway:cht
Feature: Starvation
  Every minute CHT takes the 25 oldest pending messages, whatever became of them the last time.
  25 messages that cannot be sent stand in the way of all others.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Rule: 25 messages that fail each time keep all newer ones from being sent

    Scenario: Until CHT 4.13, 25 messages to nonsense numbers stop everything, which is a defect
      Given a CHT 4.13 instance that sends through the workspace "Main"
      And 25 pending messages to "chw_phone"
      And a pending message
      When 10 minutes pass
      Then 250 broadcast requests were answered with 400
      And 26 messages are in the state "pending"
      And the workspace "Main" has no messages

    Scenario: With 24 of them, one message a minute gets through
      Given a CHT 4.13 instance that sends through the workspace "Main"
      And 24 pending messages to "chw_phone"
      And 4 pending messages
      When 3 minutes pass
      Then the gateway has made 75 broadcast requests
      And message 27 is in the state "received-by-gateway"
      And message 28 is in the state "pending"

    Scenario: Since CHT 4.14, messages to nonsense numbers fail, and make room
      Given a CHT 4.14 instance that sends through the workspace "Main"
      And 25 pending messages to "chw_phone"
      And a pending message
      When 1 minute passes
      Then 25 messages are in the state "failed"
      When 2 minutes pass
      Then message 26 is in the state "delivered"
      And 25 broadcast requests were answered with 400

    Scenario Outline: Answers of <status> leave the 25 oldest in the way
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And 26 pending messages
      And the next 75 broadcast requests are answered with <status>
      When 4 minutes pass
      Then the gateway has made 100 broadcast requests
      And message 25 is in the state "received-by-gateway"
      And message 26 is in the state "pending"

      Examples:
        | status |
        | 401    |
        | 403    |
        | 404    |
        | 422    |
        | 429    |
        | 500    |
        | 502    |

  Rule: The message that is due first goes first

    Scenario: Messages go out in the order in which they are due
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And these messages
        | text   | due                      |
        | third  | 2026-01-03T09:00:00.000Z |
        | first  | 2026-01-01T09:00:00.000Z |
        | second | 2026-01-02T09:00:00.000Z |
      When 2 minutes pass
      Then message 1 of the workspace "Main" reads "first"
      And message 2 of the workspace "Main" reads "second"
      And message 3 of the workspace "Main" reads "third"

    Scenario: A pending message that is due in 2099 goes out today, which is a defect
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And these messages
        | due                      |
        | 2099-01-01T09:00:00.000Z |
      When 2 minutes pass
      Then the message is in the state "delivered"

    Scenario: A pending message whose due date is nonsense never goes out, which is a defect
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And these messages
        | due      |
        | tomorrow |
      When 10 minutes pass
      Then the message is in the state "pending"
      And the gateway has made no broadcast requests
