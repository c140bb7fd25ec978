@H18 @gateway:cht
Feature: Ignored back-pressure
  RapidPro tells CHT to slow down, and when to come back. CHT tries the rest of the round all the same, and begins
  the next round a minute later.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A refusal for the quota does not end the round, which is a defect
    Given 25 pending messages
    And broadcast requests are answered with 429
    When 1 minute passes
    Then the gateway has made 25 broadcast requests
    And 25 messages are in the state "pending"

  Scenario: The advice to come back in an hour is not heard, which is a defect
    Given a pending message
    And broadcast requests are answered with 429 and Retry-After 3600
    When 10 minutes pass
    Then the gateway has made 10 broadcast requests

  @only:community
  Scenario: A used-up quota is asked 25 times a minute
    Given the workspace "Main" may make 10 requests an hour in the scope "v2.broadcasts"
    And 35 pending messages
    When 11 minutes pass
    Then the workspace "Main" has answered 10 broadcast requests
    And 265 broadcast requests were answered with 429
    And 25 messages are in the state "pending"

  @only:community
  Scenario: Nothing is lost, and the rest goes out when the quota is back
    Given the workspace "Main" may make 10 requests an hour in the scope "v2.broadcasts"
    And 15 pending messages
    When 50 minutes pass
    Then 5 messages are in the state "pending"
    When 15 minutes pass
    Then 15 messages are in the state "delivered"
    And the workspace "Main" has 15 messages

  Scenario: When it asks what became of its messages, CHT does listen
    Given these messages
      | state | gateway_ref |
      | sent  | 7           |
      | sent  | 8           |
      | sent  | 9           |
    And status requests are answered with 429 and Retry-After 3600
    When 10 minutes pass
    Then the gateway has made 10 status requests
