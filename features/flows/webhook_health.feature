@since:4.1
Feature: The health of webhooks
  RapidPro tells the workspace's administrators when web servers are slow. It calls them all the same.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  Scenario: Many slow answers are an incident, until CHT is fast again
    Given webhook requests are answered 11 seconds late for 10 minutes
    When 12 texts of +265991234567 arrive in a row
    Then RapidPro has an incident about webhooks
    And CHT has 12 incoming messages
    When 30 minutes pass
    Then RapidPro has no incident about webhooks
