Feature: Passing messages on to CHT
  A flow posts every text that nobody else takes to CHT's webhook, with the key from a global.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  @since:4.1
  Scenario: A text arrives in CHT
    When +265991234567 texts "My baby has a fever"
    Then RapidPro does not answer
    And CHT answers 200 with {"saved": 1}
    And the incoming messages are
      | from          | sms_message.message |
      | +265991234567 | My baby has a fever |
    And the run in "CHT incoming message" is completed
    And the run has the result "CHT" "200" in the category "Success"
