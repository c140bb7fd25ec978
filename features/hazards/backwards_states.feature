@H17 @gateway:cht
Feature: Backwards states
  Nothing keeps a message of CHT from going back to an earlier state: a report that comes late or is not known,
  and the answer to a second copy, all count as news.

  Scenario: A message that was read counts as queued again, and is asked about for ever, which is a defect
    Given a RapidPro host "textit.com" of the generation "textit-2026"
    And a RapidPro workspace "Main" on "textit.com"
    And the workspace "Main" sends through WhatsApp
    And messages of the workspace "Main" become sent
    And a CHT 5.2 instance that sends through the workspace "Main"
    And a pending message
    When 2 minutes pass
    Then the message is in the state "sent"
    When the carrier reports message 1 of the workspace "Main" as read
    And 10 minutes pass
    Then the message has been through the states pending, received-by-gateway, sent, received-by-gateway
    And the gateway has made 1 status request in the last 1 minute

  Scenario: A message that was seen delivered before it was read stays delivered
    Given a RapidPro host "textit.com" of the generation "textit-2026"
    And a RapidPro workspace "Main" on "textit.com"
    And the workspace "Main" sends through WhatsApp
    And messages of the workspace "Main" become delivered
    And a CHT 5.2 instance that sends through the workspace "Main"
    And a pending message
    When 2 minutes pass
    And the carrier reports message 1 of the workspace "Main" as read
    And 10 minutes pass
    Then the message is in the state "delivered"

  Scenario: A late report of an error takes a sent message back
    Given a RapidPro workspace "Main"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And messages of the workspace "Main" become sent
    And a pending message
    When 2 minutes pass
    And the carrier reports message 1 of the workspace "Main" as errored
    And 1 minute passes
    Then the message has been through the states pending, received-by-gateway, sent, received-by-gateway

  Scenario: What a carrier corrects after the final state is never heard of
    Given a RapidPro workspace "Main"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And a pending message
    When 2 minutes pass
    Then the message is in the state "delivered"
    When the carrier reports message 1 of the workspace "Main" as failed
    And 10 minutes pass
    Then the message is in the state "delivered"
    And message 1 of the workspace "Main" is failed

  Scenario: The answer to a second copy takes a delivered message back, which is a defect
    Given a RapidPro workspace "Main"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And the 1st broadcast request is answered 70 seconds late
    And the 2nd broadcast request is answered 200 seconds late
    And a pending message
    When 10 minutes pass
    Then the message has been through the states pending, received-by-gateway, delivered, received-by-gateway, delivered
    And message 1 has the gateway reference 2

  Scenario Outline: A message that somebody sets to <state> while it is sent is overwritten, which is a defect
    Given a RapidPro workspace "Main"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And the next broadcast request is answered 20 seconds late
    And a pending message
    When 65 seconds pass
    And message 1 is set to "<state>"
    And 30 seconds pass
    Then the message is in the state "received-by-gateway"

    Examples:
      | state   |
      | muted   |
      | cleared |
