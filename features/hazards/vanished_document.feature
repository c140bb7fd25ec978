@gateway:cht
Feature: A document that vanishes while its message is sent
  Somebody may delete a document just when CHT saves what became of its message.
  Until CHT 5.1 that lost the states of the whole round, and all of it was sent again.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Scenario: Until CHT 5.1, one vanished document doubles the whole round, which is a defect
    Given a CHT 5.1 instance that sends through the workspace "Main"
    And 5 pending messages
    And the next document-reading request is answered 5 seconds late
    When 62 seconds pass
    And the document of message 1 is deleted
    And 10 seconds pass
    Then 4 messages are in the state "pending"
    When 1 minute passes
    Then the workspace "Main" has 9 messages

  Scenario: Since CHT 5.2, the other messages keep their states
    Given a CHT 5.2 instance that sends through the workspace "Main"
    And 5 pending messages
    And the next document-reading request is answered 5 seconds late
    When 62 seconds pass
    And the document of message 1 is deleted
    And 10 seconds pass
    Then 4 messages are in the state "received-by-gateway"
    When 1 minute passes
    Then the workspace "Main" has 5 messages

  Scenario Outline: In CHT <release>, a document that vanishes earlier does no harm
    Given a CHT <release> instance that sends through the workspace "Main"
    And 5 pending messages
    And the next broadcast request is answered 5 seconds late
    When 62 seconds pass
    And the document of message 1 is deleted
    And 10 seconds pass
    Then 4 messages are in the state "received-by-gateway"

    Examples:
      | release |
      | 5.1     |
      | 5.2     |
