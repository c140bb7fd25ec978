Feature: Delivery reports
  What RapidPro knows of a message is what the carrier reports, in the order in which the reports arrive.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @gateway:cht
  Scenario: Without delivery reports a message stays wired, and is asked about for ever
    Given the workspace "Main" sends through an aggregator without delivery reports
    And a pending message
    When 1 hour passes
    Then message 1 of the workspace "Main" is wired
    And the message is in the state "forwarded-by-gateway"
    And the gateway has made 60 status requests

  Scenario: A late report of "sent" takes back that a message was delivered
    Given messages of the workspace "Main" become delivered
    And a pending message
    When 61 seconds pass
    And the carrier reports message 1 of the workspace "Main" as delivered
    And the carrier reports message 1 of the workspace "Main" as sent
    And 1 minute passes
    Then message 1 of the workspace "Main" is sent
    And the message is in the state "sent"

  Scenario: What CHT has seen delivered stays delivered, whatever is reported later
    Given a pending message
    When 2 minutes pass
    And the carrier reports message 1 of the workspace "Main" as failed
    And 5 minutes pass
    Then message 1 of the workspace "Main" is failed
    And the message is in the state "delivered"

  @since:4.14 @gateway:cht
  Scenario: A message that is read before CHT asks goes back to the beginning, which is a defect
    Given a RapidPro host "whatsapp.example.org" of the generation "textit-2026"
    And a RapidPro workspace "WhatsApp" on "whatsapp.example.org"
    And the workspace "WhatsApp" sends through WhatsApp
    And messages of the workspace "WhatsApp" become sent
    When the instance is switched to the workspace "WhatsApp"
    And a pending message is added
    And 2 minutes pass
    Then the message is in the state "sent"
    When the carrier reports message 1 of the workspace "WhatsApp" as read
    And 10 minutes pass
    Then the message is in the state "received-by-gateway"
    And the gateway has made at least 11 status requests

  Scenario: A broken carrier is tried three times within a quarter of an hour
    Given messages of the workspace "Main" become errored
    And a pending message
    When 5 minutes pass
    Then message 1 of the workspace "Main" is errored
    And the message is in the state "received-by-gateway"
    When 15 minutes pass
    Then message 1 of the workspace "Main" is failed
    And the message is in the state "failed"

  Scenario: A carrier that recovers delivers at the second attempt
    Given messages of the workspace "Main" become errored once
    And a pending message
    When 10 minutes pass
    Then the message is in the state "delivered"

  @gateway:cht
  Scenario: An Android phone sends 330 messages an hour, the others wait
    Given the workspace "Main" sends through an Android phone
    And 25 pending messages
    When 2 minutes pass
    Then at most 6 messages are in the state "delivered"
    And at least 19 messages are in the state "received-by-gateway"
    When 5 minutes pass
    Then 25 messages are in the state "delivered"
