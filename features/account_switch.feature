@only:community
Feature: Switching RapidPro accounts
  CHT asks the new account about every message that has no final state yet,
  and each of those questions counts against the new account's quota.

  Background:
    Given RapidPro workspaces "Old" and "New" on "textit.com"
    And a CHT 4.10 instance that sends through the workspace "Old"

  @gateway:cht
  Rule: Messages without a final state burn the quota of the new account

    Scenario: 42 stuck messages use up 2500 requests an hour
      Given 42 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "New"
      And 1 hour passes
      Then the workspace "New" has answered 2500 status requests
      And it has refused the rest with 429
      And the workspace "New" has no requests left in the scope "v2.messages"
      And 42 messages are in the state "sent"

    Scenario: 41 stuck messages stay just below it
      Given 41 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "New"
      And 1 hour passes
      Then the workspace "New" has answered 2460 status requests
      And no status requests were answered with 429

    Scenario: With one quota for everything, the stuck messages keep new ones from being sent
      Given a RapidPro host "shared.example.org" with the rate profile "shared-2500"
      And a RapidPro workspace "Shared" on "shared.example.org"
      And 42 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "Shared"
      And 1 hour passes
      And 25 pending messages are added
      And 1 minute passes
      Then at least 1 broadcast request was answered with 429
      And at least 1 message is in the state "pending"

  Rule: Giving every message a final state first keeps the quota free

    Scenario: Messages that are set to failed before the switch cost nothing
      Given 42 messages that the workspace "Old" has sent but never seen delivered
      When every message without a final state is set to "failed"
      And the instance is switched to the workspace "New"
      And 1 hour passes
      Then the workspace "New" has answered no status requests
      And 42 messages are in the state "failed"

    @gateway:cht
    Scenario: Messages that are set to scheduled before the switch go out once more, through the new account
      Given 42 messages that the workspace "Old" has sent but never seen delivered
      When every message without a final state is set to "scheduled"
      And the instance is switched to the workspace "New"
      And 10 minutes pass
      Then the workspace "New" has 42 messages that are delivered
      And 42 messages are in the state "delivered"

    Scenario: New messages go out through the new account at once
      Given 42 messages that the workspace "Old" has sent but never seen delivered
      When every message without a final state is set to "failed"
      And the instance is switched to the workspace "New"
      And 10 pending messages are added
      And 2 minutes pass
      Then the workspace "New" has 10 messages that are delivered

  @gateway:cht
  Rule: A reference of the old host can mean something else on the new one

    Scenario: On a new host an unknown reference finds nothing, for ever
      Given a RapidPro workspace "Elsewhere" on "rapidpro.example.org"
      And 3 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "Elsewhere"
      And 1 hour passes
      Then the workspace "Elsewhere" has answered 180 status requests
      And 3 messages are in the state "sent"

    Scenario: Where the references collide, CHT takes the states of other people's messages, which is a defect
      Given a RapidPro workspace "Elsewhere" on "rapidpro.example.org"
      And the workspace "Elsewhere" has sent 3 broadcasts of its own
      And 3 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "Elsewhere"
      And 2 minutes pass
      Then 3 messages are in the state "delivered"
      And the workspace "Old" has 3 messages that are sent

    Scenario: Switching back finds the messages again
      Given 5 messages that the workspace "Old" has sent but never seen delivered
      When the instance is switched to the workspace "New"
      And 10 minutes pass
      And the instance is switched to the workspace "Old"
      And the carrier reports message 2 of the workspace "Old" as delivered
      And 2 minutes pass
      Then 1 message is in the state "delivered"
      And 4 messages are in the state "sent"
