@gateway:cht
Feature: A suspended workspace
  RapidPro refuses to send for a workspace that is suspended or flagged, with the status of a request that is wrong.

  Background:
    Given a RapidPro workspace "Main"

  @since:4.14
  Scenario Outline: Messages of a <what> workspace fail for good, which is a defect
    Given a CHT instance that sends through the workspace "Main"
    And the workspace "Main" is <what>
    And 3 pending messages
    When 2 minutes pass
    Then 3 messages are in the state "failed"
    When the workspace "Main" is restored
    And 10 minutes pass
    Then 3 messages are in the state "failed"
    And the workspace "Main" has no messages

    Examples:
      | what      |
      | suspended |
      | flagged   |

  @only:community
  Scenario: Until CHT 4.13 they wait, and are sent when the workspace is restored
    Given a CHT 4.13 instance that sends through the workspace "Main"
    And the workspace "Main" is suspended
    And 3 pending messages
    When 2 minutes pass
    Then 3 messages are in the state "pending"
    When the workspace "Main" is restored
    And 5 minutes pass
    Then 3 messages are in the state "delivered"

  Scenario: Asking goes on while a workspace is suspended
    Given a CHT instance that sends through the workspace "Main"
    And 3 messages that the workspace "Main" has sent but never seen delivered
    And the workspace "Main" is suspended
    When 10 minutes pass
    Then the workspace "Main" has answered 30 status requests in the last 10 minutes
