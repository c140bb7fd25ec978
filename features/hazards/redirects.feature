@H6 @gateway:cht
Feature: Redirects
  A RapidPro that has moved answers with its new address. CHT since 4.17 follows, but on the usual redirects it asks
  a question there instead of sending the message; the answer looks like success, and the message is lost.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Scenario Outline: CHT 4.17 loses a message that is redirected with <status>, which is a defect
    Given a CHT 4.17 instance that sends through the workspace "Main"
    And a pending message
    And the next broadcast request is redirected with <status> to "https://textit.com/api/v2/broadcasts.json"
    When 10 minutes pass
    Then the workspace "Main" has no messages
    And the message is in the state "received-by-gateway"
    And the message has no gateway reference

    Examples:
      | status |
      | 301    |
      | 302    |
      | 303    |

  Scenario Outline: CHT 4.17 sends a message that is redirected with <status>
    Given a CHT 4.17 instance that sends through the workspace "Main"
    And a pending message
    And the next broadcast request is redirected with <status> to "https://textit.com/api/v2/broadcasts.json"
    When 2 minutes pass
    Then the workspace "Main" has 1 message
    And the message is in the state "delivered"

    Examples:
      | status |
      | 307    |
      | 308    |

  Scenario Outline: CHT 4.16 follows no redirect of a message, tries every minute, and loses nothing
    Given a CHT 4.16 instance that sends through the workspace "Main"
    And a pending message
    And the next 3 broadcast requests are redirected with <status> to "https://textit.com/api/v2/broadcasts.json"
    When 3 minutes pass
    Then the message is in the state "pending"
    And the workspace "Main" has no messages
    When 2 minutes pass
    Then the workspace "Main" has 1 message
    And the message is in the state "delivered"

    Examples:
      | status |
      | 301    |
      | 302    |
      | 307    |

  Scenario: The key does not go along to another host, so the message stays where it is
    Given a RapidPro workspace "Moved" on "rapidpro.example.org"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And a pending message
    And broadcast requests are redirected with 308 to "https://rapidpro.example.org/api/v2/broadcasts.json"
    When 3 minutes pass
    Then the message is in the state "pending"
    And the workspace "Moved" has no messages

  Scenario Outline: CHT <release> follows a redirect when it asks what became of a message
    Given a CHT <release> instance that sends through the workspace "Main"
    And a pending message
    And the next status request is redirected with 302 to "https://textit.com/api/v2/messages.json?broadcast=1"
    When 2 minutes pass
    Then the message is in the state "delivered"

    Examples:
      | release |
      | 4.16    |
      | 4.17    |
      | 5.2     |
