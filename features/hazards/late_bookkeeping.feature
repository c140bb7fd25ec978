@H2 @gateway:cht
Feature: Late bookkeeping
  CHT saves what became of a round of messages once, after the last of them.
  Whatever keeps it from saving makes it send the whole round again.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Rule: What is not saved is sent again

    Scenario: A crash before the states are saved doubles the round, which is a defect
      Given 5 pending messages
      And the next state-saving request is fatal to the gateway
      When 1 minute passes
      Then the gateway has made 5 broadcast requests
      And 5 messages are in the state "pending"
      When the gateway is restarted
      And 2 minutes pass
      Then the workspace "Main" has 10 messages
      And 5 messages are in the state "delivered"

    Scenario: A crash in the midst of a round doubles what had gone out, which is a defect
      Given 5 pending messages
      And the 3rd broadcast request is fatal to the gateway after its side effect
      When 1 minute passes
      Then the gateway has made 3 broadcast requests
      When the gateway is restarted
      And 2 minutes pass
      Then the workspace "Main" has 8 messages
      And 5 messages are in the state "delivered"

    Scenario: A crash after the states are saved costs nothing
      Given 5 pending messages
      And the next state-saving request is fatal to the gateway after its side effect
      When 1 minute passes
      And the gateway is restarted
      And 2 minutes pass
      Then the workspace "Main" has 5 messages
      And 5 messages are in the state "delivered"

    Scenario Outline: A database that is <failure> when the states are saved doubles the round, which is a defect
      Given 5 pending messages
      And the next state-saving request is <failure>
      When 1 minute passes
      Then 5 messages are in the state "pending"
      When 2 minutes pass
      Then the workspace "Main" has 10 messages
      And 5 messages are in the state "delivered"

      Examples:
        | failure           |
        | answered with 500 |
        | answered with 503 |
        | refused           |
        | reset             |

    Scenario: A database that saves the states but cannot say so costs nothing
      Given 5 pending messages
      And the next state-saving request is reset after its side effect
      When 2 minutes pass
      Then the workspace "Main" has 5 messages
      And 5 messages are in the state "delivered"

    Scenario: While the database stays away when the states are saved, the messages go out every minute, which is a defect
      Given 2 pending messages
      And state-saving requests are answered with 503 for 5 minutes
      When 10 minutes pass
      Then the workspace "Main" has 12 messages
      And 2 messages are in the state "delivered"

  Rule: What cannot be read is not sent

    Scenario: Without its database CHT sends nothing, and loses nothing
      Given 5 pending messages
      And CouchDB requests are refused for 5 minutes
      When 5 minutes pass
      Then the gateway has made no broadcast requests
      When 3 minutes pass
      Then the workspace "Main" has 5 messages
      And 5 messages are in the state "delivered"

  Rule: Somebody else's edit is overcome three times

    Scenario Outline: <conflicts> edits at the wrong moment make <messages> messages of one
      Given a pending message
      And the next <conflicts> writes of message states meet a conflict
      When 3 minutes pass
      Then the workspace "Main" has <messages> messages
      And the message is in the state "delivered"

      Examples:
        | conflicts | messages |
        | 1         | 1        |
        | 3         | 1        |
        | 4         | 2        |

    Scenario: A state that meets too many edits is asked for again a minute later
      Given a pending message
      When 1 minute passes
      And the next 4 writes of message states meet a conflict
      And 1 minute passes
      Then the message is in the state "received-by-gateway"
      When 1 minute passes
      Then the message is in the state "delivered"
      And the gateway has made 2 status requests
