@rule
Feature: Rules of accidents
  Programs crash, databases fail, keys are revoked and accounts suspended. That costs time, not messages.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @R18 @H2
  Rule: A crash loses nothing and repeats nothing

    @R18a
    Scenario: The gateway crashes before RapidPro has the message
      Given the 3rd broadcast request is fatal to the gateway
      And 5 pending messages
      Then within 10 minutes the gateway has made 3 broadcast requests
      When the gateway is restarted
      Then within 2 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

    @R18a
    Scenario: The gateway crashes before it has the answer
      Given the 3rd broadcast request is fatal to the gateway after its side effect
      And 5 pending messages
      Then within 10 minutes the gateway has made 3 broadcast requests
      When the gateway is restarted
      Then within 2 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

    Scenario: The gateway crashes when it has nothing to do
      Given 5 pending messages
      Then within 30 minutes 5 messages are in the state "delivered"
      When the gateway is restarted
      And 5 pending messages are added
      Then within 30 minutes 10 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

  @R19 @H2
  Rule: A database that CHT cannot write to loses nothing and repeats nothing

    @R19a
    Scenario Outline: For ten minutes every write is <failure>
      Given 5 pending messages
      And database-writing requests are <failure> for 10 minutes
      When 15 minutes pass
      Then within 2 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | failure           |
        | answered with 503 |
        | refused           |

    Scenario: CHT has no database at all for ten minutes
      Given 5 pending messages
      And database requests are refused for 10 minutes
      When 15 minutes pass
      Then within 2 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

  @R20
  Rule: A key that does not open is no reason to hammer

    @H4b
    Scenario: The key is revoked while messages are under way
      Given messages of the workspace "Main" become wired, sent
      And 5 pending messages
      Then within 30 minutes 5 messages are in the state "sent"
      When the token of the workspace "Main" is deactivated
      Then in the next 1 hour the gateway makes at most 60 RapidPro requests
      When the token of the workspace "Main" is reactivated
      And the carrier reports message 1 of the workspace "Main" as delivered
      Then within 3 hours 1 message is in the state "delivered"
      And the gateway still works

    Scenario: The key is revoked while messages wait
      When the token of the workspace "Main" is deactivated
      And 10 pending messages are added
      Then in the next 1 hour the gateway makes at most 60 RapidPro requests
      When the token of the workspace "Main" is reactivated
      Then within 2 hours 10 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

    @H13
    Scenario: The key has a line break in its midst
      Given messages of the workspace "Main" become wired, sent
      And a pending message
      Then within 30 minutes the message is in the state "sent"
      When the outgoing key of CHT is "first\nsecond"
      Then in the next 1 hour the gateway makes at most 2000 CouchDB requests
      And in the next 1 hour the gateway makes at most 60 RapidPro requests
      When the outgoing key of CHT is the token of the workspace "Main"
      And the carrier reports message 1 of the workspace "Main" as delivered
      Then within 3 hours the message is in the state "delivered"
      And the gateway still works

  @R21 @H4b
  Rule: A question that fails is no reason to hammer

    Scenario Outline: Every question is <failure>
      Given messages of the workspace "Main" become wired, sent
      And 3 pending messages
      Then within 30 minutes 3 messages are in the state "sent"
      Given status requests are <failure>
      Then in the next 1 hour the gateway makes at most 100 status requests
      When nothing goes wrong any more
      And the carrier reports message 1 of the workspace "Main" as delivered
      Then within 3 hours 1 message is in the state "delivered"
      And the gateway still works

      Examples:
        | failure                      |
        | answered with 400            |
        | answered with 404            |
        | answered with 500            |
        | answered with 503            |
        | refused                      |
        | reset                        |
        | answered with malformed JSON |
        | answered with a web page     |

  @R24
  Rule: A suspended workspace loses no message

    Scenario Outline: The workspace is <what> for an hour
      Given the workspace "Main" is <what>
      And 5 pending messages
      When 1 hour passes
      And the workspace "Main" is restored
      Then within 3 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | what      |
        | suspended |
        | flagged   |
