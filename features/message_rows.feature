Feature: From a broadcast to its messages
  RapidPro answers a broadcast at once, and makes its messages in the background.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: Right after the broadcast was taken there is no message yet
    Given making messages takes the workspace "Main" 90 seconds
    And a pending message
    When 1 minute passes
    Then the workspace "Main" has no messages
    And the message is in the state "received-by-gateway"
    When 1 minute passes
    Then 1 status request was answered with 200
    And the message is in the state "received-by-gateway"
    When 2 minutes pass
    Then the message is in the state "delivered"

  @gateway:cht
  Scenario: A broadcast that CHT sends twice reaches the phone twice
    Given the next broadcast request is answered with 500 after its side effect
    And a pending message
    When 3 minutes pass
    Then the gateway has made 2 broadcast requests
    And the workspace "Main" has 2 messages that are delivered

  @gateway:cht
  Scenario: A broadcast that RapidPro kept although CHT saw a failure is never asked about
    Given the next broadcast request is reset after its side effect
    And a pending message
    When 3 minutes pass
    Then the workspace "Main" has 2 messages
    And message 1 has the gateway reference 2

  @since:4.14
  Scenario: A number that RapidPro cannot read is refused, and the message fails
    Given a pending message to "12345"
    When 5 minutes pass
    Then 1 broadcast request was answered with 400
    And the workspace "Main" has no messages
    And the message is in the state "failed"
