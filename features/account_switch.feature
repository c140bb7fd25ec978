Feature: Switching RapidPro accounts
  CHT asks the new account about every message that has no final state yet,
  and each of those questions counts against the new account's quota.

  Background:
    Given RapidPro workspaces "Old" and "New" on "textit.com"
    And a CHT 4.10 instance that sends through the workspace "Old"

  Rule: Messages without a final state burn the quota of the new account

    Scenario: 42 stuck messages use up 2500 requests an hour
      Given 42 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "New"
      And 1 hour passes
      Then the workspace "New" has answered 2500 status requests
      And it has refused the rest with 429
