Feature: Texts are templates
  RapidPro evaluates the text of a broadcast for each contact: what a user writes with an @ may come out changed.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @gateway:cht
  Scenario Outline: "<text>" arrives as "<arrives>"
    Given a pending message to "+254712345678" with the text "<text>"
    When 2 minutes pass
    Then message 1 of the workspace "Main" reads "<arrives>"

    Examples:
      | text                         | arrives                      |
      | Call me                      | Call me                      |
      | Write to nurse@example.org   | Write to nurse@example.org   |
      | Meet @ the clinic            | Meet @ the clinic            |
      | You are @urns.tel            | You are tel:+254712345678    |
      | Two @@ become one            | Two @ become one             |
      | @unknown stays               | @unknown stays               |
      | Dear @(upper("nurse"))       | Dear NURSE                   |

  @only:community @gateway:cht
  Scenario: A text that comes out empty is not sent, and CHT is never told
    Given a pending message to "+254712345678" with the text "@contact.name"
    When 5 minutes pass
    Then the workspace "Main" has no messages
    And the message is in the state "received-by-gateway"

  Scenario Outline: A text of 641 letters is <outcome> by <generation>
    Given a RapidPro host "limits.example.org" of the generation "<generation>"
    And a RapidPro workspace "Limited" on "limits.example.org"
    When the instance is switched to the workspace "Limited"
    And a pending message with a text of 641 letters is added
    And 2 minutes pass
    Then <count> broadcast request was answered with 201

    Examples:
      | generation  | outcome | count      |
      | community   | refused | no         |
      | textit-2026 | taken   | at least 1 |
