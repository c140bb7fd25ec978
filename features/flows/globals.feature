@since:4.1
Feature: Globals
  What all flows of a workspace share, such as the address of CHT and the key for it, is in one place.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  Scenario: A changed key works a few seconds later
    Given the global "cht_api_key" is "a-key-that-nobody-knows"
    When +265991234567 texts "My baby has a fever"
    And the global "cht_api_key" is changed to "the-incoming-key-of-cht"
    And +265991234567 texts "My baby has a fever"
    Then CHT has 1 incoming message

  Scenario: A global that nobody has filled in leads nowhere
    Given the global "cht_url" is ""
    When +265991234567 texts "My baby has a fever"
    Then RapidPro has made no webhook calls
    And CHT has no incoming messages
