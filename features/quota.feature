Feature: The quota
  RapidPro answers a workspace so many requests an hour, counted over the last hour, and refuses the others with 429.
  A refused request costs nothing; every other one does, also when it fails.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Rule: The window slides: each answered request comes back after exactly one hour

    @gateway:cht
    Scenario: The quota comes back one request at a time
      Given the workspace "Main" may make 10 requests an hour in the scope "v2.messages"
      And these messages
        | state | gateway_ref |
        | sent  | 77          |
      When 10 minutes pass
      Then the workspace "Main" has no requests left in the scope "v2.messages"
      When 50 minutes pass
      Then the workspace "Main" has answered 10 status requests
      When 11 minutes pass
      Then the workspace "Main" has answered 20 status requests

    @gateway:cht
    Scenario: A refused request costs nothing
      Given the workspace "Main" may make 2 requests an hour in the scope "v2.messages"
      And these messages
        | state | gateway_ref |
        | sent  | 77          |
      When 1 hour passes
      Then the workspace "Main" has answered 2 status requests
      And 58 status requests were answered with 429
      When 3 minutes pass
      Then the workspace "Main" has answered 4 status requests

    @gateway:cht
    Scenario: A refusal says when to come back
      Given the workspace "Main" may make 1 request an hour in the scope "v2.messages"
      And these messages
        | state | gateway_ref |
        | sent  | 77          |
      When 11 minutes pass
      Then the last refusal says to come back in 3000 seconds

    Scenario: A failed request costs as much as a good one
      Given the workspace "Main" may make 5 requests an hour in the scope "v2.messages"
      When somebody asks the workspace "Main" for "/api/v2/messages.json?id=nonsense"
      And somebody asks the workspace "Main" for "/api/v2/messages.json"
      Then the workspace "Main" has 3 requests left in the scope "v2.messages"

    Scenario: A request with a wrong token costs nothing
      Given the workspace "Main" may make 5 requests an hour in the scope "v2.messages"
      When somebody asks the workspace "Main" for "/api/v2/messages.json" with a wrong token
      Then the workspace "Main" has 5 requests left in the scope "v2.messages"

  Rule: How many requests, and for what, depends on the generation

    Scenario Outline: <generation> allows <limit> requests an hour in the scope <scope>
      Given a RapidPro host "rapidpro.example.org" of the generation "<generation>"
      And a RapidPro workspace "Other" on "rapidpro.example.org"
      Then the workspace "Other" has <limit> requests left in the scope "<scope>"

      Examples:
        | generation  | scope         | limit |
        | community   | v2            | 2500  |
        | community   | v2.messages   | 2500  |
        | community   | v2.broadcasts | 36000 |
        | textit-2025 | v2.messages   | 2500  |
        | textit-2025 | v2.broadcasts | 2500  |
        | textit-2026 | v2            | 3600  |
        | textit-2026 | v2.messages   | 3600  |

    @gateway:cht
    Scenario: Asking and sending have quotas of their own
      Given the workspace "Main" may make 3 requests an hour in the scope "v2.messages"
      And these messages
        | state | gateway_ref |
        | sent  | 77          |
      And 5 pending messages
      When 5 minutes pass
      Then the workspace "Main" has answered 5 broadcast requests
      And the workspace "Main" has answered 3 status requests

    Scenario: Since November 2025 TextIt counts broadcasts with everything but messages
      Given a RapidPro host "rapidpro.example.org" of the generation "textit-2026"
      And a RapidPro workspace "Other" on "rapidpro.example.org"
      When somebody asks the workspace "Other" for "/api/v2/broadcasts.json"
      And somebody asks the workspace "Other" for "/api/v2/workspace.json"
      Then the workspace "Other" has 3598 requests left in the scope "v2"

    Scenario: All tokens of a workspace share its quota
      Given the workspace "Main" may make 5 requests an hour in the scope "v2.messages"
      When somebody asks the workspace "Main" for "/api/v2/messages.json"
      And somebody asks the workspace "Main" for "/api/v2/messages.json" with another token
      Then the workspace "Main" has 3 requests left in the scope "v2.messages"

  @gateway:cht
  Rule: The gateway goes on after a refusal

    Scenario: Asking resumes where it was refused
      Given the workspace "Main" may make 10 requests an hour in the scope "v2.messages"
      And messages of the workspace "Main" become delivered
      And 20 pending messages
      When 2 minutes pass
      Then 10 messages are in the state "delivered"
      When 62 minutes pass
      Then 20 messages are in the state "delivered"

    @until:5.2
    Scenario: Retry-After changes nothing, which is a defect
      Given these messages
        | state | gateway_ref |
        | sent  | 77          |
      And status requests are answered with 429 and Retry-After 3600
      When 10 minutes pass
      Then the gateway has made 10 status requests

  Rule: Whoever else uses the workspace takes from the same quota

    Scenario: Another system that polls leaves less for the others
      Given the workspace "Main" may make 30 requests an hour in the scope "v2.messages"
      And another system polls the workspace "Main" every 5 minutes
      When 31 minutes pass
      Then 6 requests of another system were answered with 200
      And the workspace "Main" has 24 requests left in the scope "v2.messages"

    Scenario: Another system asks for something else, and the quota of messages is not touched
      Given the workspace "Main" may make 30 requests an hour in the scope "v2.messages"
      And another system polls the workspace "Main" every 10 minutes for "/api/v2/runs.json"
      When 31 minutes pass
      Then 3 requests of another system were answered with 200
      And the workspace "Main" has 30 requests left in the scope "v2.messages"

    @gateway:cht
    Scenario: Questions about messages without an end leave another system nothing
      Given the workspace "Main" may make 30 requests an hour in the scope "v2.messages"
      And 90 messages in the state "sent" with gateway references from 500001
      And another system polls the workspace "Main" every 5 minutes
      When 58 minutes pass
      Then 11 requests of another system were answered with 429
      When every message without a final state is set to "failed"
      And 2 hours pass
      Then 23 requests of another system were answered with 200
