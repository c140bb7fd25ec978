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

    Scenario: Many messages
      Given 60 pending messages
      Then within 30 minutes 60 messages are in the state "delivered"
      And every message has been sent once
