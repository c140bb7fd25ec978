@rule
Feature: Rules of sending
  What CHT wants to tell somebody reaches a phone: all of it, once, and as it was written.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @R1
  Rule: Every message is sent once

    Scenario: A single message
      Given a pending message
      Then within 10 minutes the message is in the state "delivered"
      And every message has been sent once
      And the gateway still works

    Scenario: Many messages
      Given 60 pending messages
      Then within 30 minutes 60 messages are in the state "delivered"
      And every message has been sent once
      And the gateway still works

    Scenario: A task of several messages
      Given a pending task of 3 messages
      Then within 10 minutes every message has been sent once
      When 1 hour passes
      Then every message has been sent once
      And the gateway still works

    Scenario: Messages that come while others are on their way
      Given 10 pending messages
      When 50 seconds pass
      And 10 pending messages are added
      And 50 seconds pass
      And 10 pending messages are added
      Then within 30 minutes 30 messages are in the state "delivered"
      And every message has been sent once
      And the gateway still works

  @R2
  Rule: A text arrives as it was written

    Scenario Outline: "<text>"
      Given a pending message to "+254712345678" with the text "<text>"
      Then within 10 minutes every message has been sent once
      And the gateway still works

      Examples:
        | text                            |
        | Dawa ipo tayari: njoo kesho     |
        | Naïve café, 5 € – Ωδή, 健康, 🩺 |
        | Write to nurse@example.org      |
        | Meet @ the clinic               |
        | {"urns": ["tel:+254799999999"]} |

    @R2a
    Scenario Outline: "<text>", which RapidPro would take for an expression
      Given a pending message to "+254712345678" with the text "<text>"
      Then within 10 minutes every message has been sent once
      And the gateway still works

      Examples:
        | text                        |
        | Your number is @urns.tel    |
        | Two @@ stay two             |
        | Dear @(upper("nurse")), hi  |
        | Ask @contact.name to come   |

  @R3
  Rule: A message that RapidPro refuses fails, and is not tried again

    Scenario Outline: A number that is none: "<number>"
      Given a pending message to "<number>"
      Then within 10 minutes the message is in the state "failed"
      And in the next 1 hour the gateway makes no broadcast requests
      And the gateway still works

      Examples:
        | number    |
        | chw_phone |
        | 12345     |
        | +         |

    Scenario: A text that is too long
      When a pending message with a text of 5000 letters is added
      Then within 10 minutes the message is in the state "failed"
      And in the next 1 hour the gateway makes no broadcast requests
      And the gateway still works

  @R4 @H3
  Rule: Messages that cannot be sent do not stand in the way of the others

    Scenario: 30 messages to nonsense numbers, and 5 good ones
      Given 30 pending messages to "chw_phone"
      And 5 pending messages
      Then within 1 hour 5 messages are in the state "delivered"
      And the gateway still works
