@H7 @gateway:cht
Feature: The tar pit
  A RapidPro that takes a request and never answers it holds CHT for ever, except in 4.17 to 4.21,
  which give up after five minutes.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Rule: One question without an answer ends all asking

    Scenario Outline: CHT <release> asks nothing any more until it is restarted, which is a defect
      Given a CHT <release> instance that sends through the workspace "Main"
      And a pending message
      And the next status request is never answered
      When 1 hour passes
      Then the gateway has made 1 status request
      And the message is in the state "received-by-gateway"
      When the gateway is restarted
      And 1 minute passes
      Then the message is in the state "delivered"

      Examples:
        | release |
        | 4.16    |
        | 4.22    |
        | 5.2     |

    Scenario Outline: CHT <release> gives up after five minutes, and asks again
      Given a CHT <release> instance that sends through the workspace "Main"
      And a pending message
      And the next status request is never answered
      When 6 minutes pass
      Then the gateway has made 1 status request
      When 2 minutes pass
      Then the message is in the state "delivered"

      Examples:
        | release |
        | 4.17    |
        | 4.21    |

    Scenario: Sending goes on meanwhile
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And a pending message
      And the next status request is never answered
      When 2 minutes pass
      And 5 pending messages are added
      And 2 minutes pass
      Then the workspace "Main" has 6 messages
      And no messages are in the state "pending"

  Rule: One message without an answer holds up its round, not the next one

    Scenario: The next round sends all of it again
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And 5 pending messages
      And the 3rd broadcast request is never answered
      When 3 minutes pass
      Then the workspace "Main" has 7 messages
      And 5 messages are in the state "delivered"

    Scenario: CHT 4.17 comes back to the stuck round after five minutes, and sends the rest of it again, which is a defect
      Given a CHT 4.17 instance that sends through the workspace "Main"
      And 5 pending messages
      And the 3rd broadcast request is never answered
      When 10 minutes pass
      Then the workspace "Main" has 9 messages
      And 5 messages are in the state "delivered"

    Scenario: While RapidPro answers nothing, one more round gets stuck every minute
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And 5 pending messages
      And broadcast requests are never answered
      When 10 minutes pass
      Then the gateway has made 10 broadcast requests
      And 5 messages are in the state "pending"

  Rule: A RapidPro slower than five minutes

    Scenario: CHT 4.17 sends the same message every minute for ever, which is a defect
      Given a CHT 4.17 instance that sends through the workspace "Main"
      And a pending message
      And broadcast requests are answered 310 seconds late
      When 20 minutes pass
      Then the gateway has made 20 broadcast requests
      And the message is in the state "pending"

    Scenario: CHT 4.22 waits, and knows in the end
      Given a CHT 4.22 instance that sends through the workspace "Main"
      And a pending message
      And the next broadcast request is answered 310 seconds late
      And broadcast requests are answered with 503
      When 10 minutes pass
      Then the message is in the state "delivered"
      And the workspace "Main" has 1 message
