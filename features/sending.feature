Feature: Sending messages
  Every minute CHT gives its oldest pending messages to RapidPro, one broadcast each,
  and asks RapidPro what became of them until they have a final state.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A message goes out and is delivered
    Given a pending message to "+254712345678" with the text "Visit tomorrow"
    When 1 minute passes
    Then the message is in the state "received-by-gateway"
    When 1 minute passes
    Then the message is in the state "delivered"
    And message 1 of the workspace "Main" reads "Visit tomorrow"
    And message 1 of the workspace "Main" is delivered

  Scenario: What CHT asks RapidPro to send is one number, one text, with the token
    Given 5 pending messages
    When 1 minute passes
    Then the gateway has made 5 broadcast requests
    And every broadcast request carries one number, a text and the token of the workspace "Main"
    And every request of the gateway keeps to its schema

  @gateway:cht
  Scenario: A message keeps the reference of its broadcast
    Given a pending message
    When 2 minutes pass
    Then message 1 has the gateway reference 1

  Scenario: A national number is sent in international form
    Given a pending message to "0712345678"
    When 2 minutes pass
    Then the message is in the state "delivered"

  @gateway:cht
  Scenario: At most 25 messages are sent in a minute
    Given 30 pending messages
    When 1 minute passes
    Then 25 messages are in the state "received-by-gateway"
    And 5 messages are in the state "pending"
    When 1 minute passes
    Then no messages are in the state "pending"

  Scenario: A message that is sent already is not sent again
    Given these messages
      | state   | gateway_ref |
      | pending |             |
      | sent    | 77          |
      | failed  | 78          |
    When 5 minutes pass
    Then the gateway has made 1 broadcast request

  @gateway:cht
  Scenario: The way to a final state is kept as a history
    Given messages of the workspace "Main" become wired, sent, delivered
    And a pending message
    When 5 minutes pass
    Then the message has been through the states pending, received-by-gateway, delivered

  @gateway:cht
  Scenario: A reference that is no number is asked about all the same, which is a defect
    Given these messages
      | state | gateway_ref |
      | sent  | "abc-7"     |
    When 1 minute passes
    Then a request of the gateway breaks its schema with "'abc-7' is not an integer above zero"
