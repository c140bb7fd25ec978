@since:4.1
Feature: Who texts
  Not only phones text a workspace: an operator writes from a short code or under its name, and flows pass that on to CHT.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  Rule: Short codes and names text in as phones do

    Scenario: A short code
      When 60396 texts "Your balance is low"
      Then the incoming messages are
        | from  | sms_message.message |
        | 60396 | Your balance is low |

    Scenario: A name, which RapidPro keeps in small letters
      When SAFARICOM texts "Your balance is low"
      Then the incoming messages are
        | from      | sms_message.message |
        | safaricom | Your balance is low |
