@H8 @gateway:cht
Feature: Immortal polling
  CHT asks about a message every minute until it has a final state. Where none ever comes, it asks for ever.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A message of a carrier without delivery reports is asked about every minute for ever, which is a defect
    Given the workspace "Main" sends through an aggregator without delivery reports
    And these messages
      | state | gateway_ref |
      | sent  | 7           |
    When 1 hour passes
    Then the gateway has made 60 status requests

  @since:4.14
  Scenario: A carrier without delivery reports leaves every message open
    Given the workspace "Main" sends through an aggregator without delivery reports
    And 10 pending messages
    When 10 minutes pass
    Then no messages are in the state "delivered"
    And no messages are in the state "failed"
    And the gateway has made at least 10 status requests in the last 1 minute

  Scenario: A broadcast that RapidPro does not know is asked about every minute, which is a defect
    Given these messages
      | state | gateway_ref |
      | sent  | 4711        |
    When 10 minutes pass
    Then the gateway has made 10 status requests
    And the message is in the state "sent"

  Scenario: Each state on the way costs one question more
    Given these messages
      | state | gateway_ref |
      | sent  | 7           |
    And the 1st status request is answered with 200 and {"results": [{"status": "wired"}]}
    And status requests are answered with 200 and {"results": [{"status": "wired"}]}
    When 1 minute passes
    Then the message is in the state "forwarded-by-gateway"
    And the gateway has made 2 status requests
    When 1 minute passes
    Then the gateway has made 3 status requests

  Rule: Once the quota is used up, CHT and the quota go in lockstep

    Scenario: One question a minute goes to RapidPro although it refuses
      Given the workspace "Main" may make 20 requests an hour in the scope "v2.messages"
      And these messages
        | state | gateway_ref |
        | sent  | 1001        |
        | sent  | 1002        |
        | sent  | 1003        |
        | sent  | 1004        |
        | sent  | 1005        |
      When 10 minutes pass
      Then the workspace "Main" has answered 20 status requests
      And the gateway has made 1 status request in the last 1 minute
      And 6 status requests were answered with 429

    Scenario: The next minute begins where the quota ended
      Given the workspace "Main" may make 3 requests an hour in the scope "v2.messages"
      And these messages
        | state               | gateway_ref |
        | received-by-gateway | 1001        |
        | received-by-gateway | 1002        |
        | received-by-gateway | 1003        |
        | sent                | 1004        |
      When 1 minute passes
      And status requests are answered with 200 and {"results": [{"status": "delivered"}]}
      And 1 minute passes
      Then message 4 is in the state "delivered"
      And message 1 is in the state "received-by-gateway"
