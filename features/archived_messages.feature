@gateway:cht
Feature: Archived messages
  After some time (90 days, unless a workspace has it otherwise) RapidPro archives its messages. Its API knows them no longer.

  Scenario: CHT asks about archived messages for ever, and learns nothing
    Given a RapidPro workspace "Main"
    And the workspace "Main" keeps messages for 1 day
    And a CHT instance that sends through the workspace "Main"
    And 3 messages that the workspace "Main" has sent but never seen delivered
    When the gateway crashes
    And 3 days pass
    And the gateway is started again
    Then the workspace "Main" has no messages
    When 10 minutes pass
    Then the gateway has made 30 status requests in the last 10 minutes
    And 3 messages are in the state "sent"

  Scenario: What is gone from the API is in archives
    Given a RapidPro workspace "Main"
    And the workspace "Main" keeps messages for 1 day
    And a CHT instance that sends through the workspace "Main"
    And 3 messages that the workspace "Main" has sent but never seen delivered
    When 3 days pass
    And somebody asks the workspace "Main" for "/api/v2/archives.json?archive_type=message&period=daily"
    Then RapidPro answers with 2 results
