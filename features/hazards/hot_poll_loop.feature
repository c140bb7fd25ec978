@H4b @gateway:cht
Feature: The hot poll loop
  When CHT asks what became of its messages and every question fails, it asks again at once, without a pause and
  without an end: hundreds of questions a second, until one succeeds, one is answered with 429, or there is nothing to
  ask about any more.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Rule: Any failure but 429 starts the loop, which is a defect

    Scenario Outline: RapidPro is <failure>
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
        | sent  | 8           |
      And status requests are <failure>
      When 1 minute passes
      Then the gateway has made at least 40 status requests in the last 1 second

      Examples:
        | failure           |
        | answered with 401 |
        | answered with 403 |
        | answered with 404 |
        | answered with 500 |
        | answered with 503 |
        | refused           |
        | reset             |

    @since:4.17
    Scenario: Answers that are no JSON start it since CHT 4.17
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with malformed JSON
      When 1 minute passes
      Then the gateway has made at least 40 status requests in the last 1 second

    @until:4.16
    Scenario: Answers that are no JSON do not start it until CHT 4.16
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with malformed JSON
      When 1 minute passes
      Then the gateway has made 1 status request

    Scenario: A token that is revoked while messages are under way starts it
      Given 3 messages that the workspace "Main" has sent but never seen delivered
      When the token of the workspace "Main" is deactivated
      And 1 minute passes
      Then the gateway has made at least 40 status requests in the last 1 second
      And at least 100 status requests were answered with 403

    Scenario: A reference that RapidPro cannot read starts it, although RapidPro is well
      Given these messages
        | state | gateway_ref |
        | sent  | "abc-7"     |
      When 1 minute passes
      Then the gateway has made at least 40 status requests in the last 1 second
      And at least 50 status requests were answered with 500

    Scenario: A URL that leads nowhere starts it, and no request leaves CHT
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      When the outgoing URL of CHT is "https://nowhere.example.org"
      And 1 minute passes
      Then the gateway has made no status requests
      And the gateway has made at least 100 CouchDB requests in the last 1 second

  Rule: The loop costs the database three questions a round

    Scenario: The database is asked as fast as RapidPro
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with 500
      When 1 minute passes
      Then the gateway has made at least 100 CouchDB requests in the last 1 second

  Rule: What ends the loop

    Scenario: An answer
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with 500 for 60 seconds
      When 1 minute passes
      And 8 seconds pass
      Then the gateway has made no status requests in the last 5 seconds

    Scenario: A refusal for the quota
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And the next 50 status requests are answered with 500
      And status requests are answered with 429
      When 70 seconds pass
      Then the gateway has made 51 status requests

    Scenario: A key that is taken away
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with 403
      When 1 minute passes
      And the outgoing key of CHT is deleted
      And 5 seconds pass
      Then the gateway has made no status requests in the last 4 seconds

    Scenario: A final state that somebody gives the message
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with 404
      When 1 minute passes
      And every message without a final state is set to "failed"
      And 5 seconds pass
      Then the gateway has made no status requests in the last 4 seconds

    Scenario: A restart does not end it for longer than a minute
      Given these messages
        | state | gateway_ref |
        | sent  | 7           |
      And status requests are answered with 403
      When 1 minute passes
      And the gateway is restarted
      And 59 seconds pass
      Then the gateway has made no status requests in the last 50 seconds
      When 2 seconds pass
      Then the gateway has made at least 40 status requests in the last 1 second

  Rule: Only failures at the end of the list start it

    Scenario: A message that fails before one that does not is stepped over
      Given these messages
        | state               | gateway_ref |
        | received-by-gateway | "abc-7"     |
        | sent                | 8           |
      When 5 minutes pass
      Then the gateway has made 15 status requests

    Scenario: A message that fails after all others is asked about for ever, which is a defect
      Given these messages
        | state               | gateway_ref |
        | received-by-gateway | 8           |
        | sent                | "abc-7"     |
      When 1 minute passes
      Then the gateway has made at least 40 status requests in the last 1 second
