Feature: A phone that answers by itself
  Operators and drivers have robots that answer every message. CHT thanks for each message that is no report, and the robot
  answers the thanks: a loop, which only CHT's count of equal messages ends.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"
    And the settings of CHT include
      """
      {"transitions": {"default_responses": true}, "default_responses": {"start_date": "2026-01-01"}}
      """
    And +265991234567 answers every message by itself with "I am driving"

  @gateway:cht
  Scenario: After five equal messages CHT is silent
    When +265991234567 texts "Hello"
    And 15 minutes pass
    Then +265991234567 has got 5 messages
    And CHT has 6 incoming messages
    And 1 message is in the state "duplicate"

  @gateway:cht
  Scenario: A higher limit is a longer loop
    Given the settings of CHT include
      """
      {"sms": {"duplicate_limit": 8}}
      """
    When +265991234567 texts "Hello"
    And 20 minutes pass
    Then +265991234567 has got 8 messages
