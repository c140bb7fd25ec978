@gateway:cht
Feature: Tasks of several messages
  CHT keeps one state and one reference for a task. Where the task has several messages, the last one that was sent
  stands for all of them.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"
    And a CHT 5.2 instance that sends through the workspace "Main"

  Scenario: Each message is sent, and only the last reference is kept
    Given a pending task of 3 messages
    When 1 minute passes
    Then the gateway has made 3 broadcast requests
    And message 1 has the gateway reference 3
    And message 3 has the gateway reference 3

  Scenario: The last message is asked about once for each of them
    Given a pending task of 3 messages
    And status requests are answered with 200 and {"results": []}
    When 11 minutes pass
    Then the gateway has made 30 status requests

  Scenario: A message that fails hides behind the last one, which is a defect
    Given message 1 of the workspace "Main" becomes failed
    And a pending task of 3 messages
    When 5 minutes pass
    Then message 1 of the workspace "Main" is failed
    And 3 messages are in the state "delivered"

  Scenario: A message that fails speaks for all where it is the last one, which is a defect
    Given message 3 of the workspace "Main" becomes failed
    And a pending task of 3 messages
    When 5 minutes pass
    Then message 1 of the workspace "Main" is delivered
    And 3 messages are in the state "failed"
