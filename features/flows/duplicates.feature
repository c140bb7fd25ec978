@since:4.1
Feature: Messages that CHT takes for duplicates
  CHT knows a message by the id that the flow gives it, and the documented flow gives it the id of the run.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  @only:community
  Scenario: CHT's answer is lost, RapidPro asks again, and CHT refuses what it has already
    Given the next webhook request is answered with 503 and Retry-After 2 after its side effect
    When +265991234567 texts "My baby has a fever"
    Then RapidPro has made 2 webhook calls
    And CHT answers 400
    And CHT has 1 incoming message
    And RapidPro answers "Your message could not be passed on. Please send it again later."

  @only:textit-2026
  Scenario: CHT's answer is lost, and RapidPro does not ask again
    Given the next webhook request is answered with 503 and Retry-After 2 after its side effect
    When +265991234567 texts "My baby has a fever"
    Then RapidPro has made 1 webhook call
    And CHT has 1 incoming message
    And RapidPro answers "Your message could not be passed on. Please send it again later."

  Scenario: The trap: a second message of the same run is dropped as a duplicate
    When +265991234567 texts "nurse"
    Then RapidPro answers "Write to the nurse. Each of your messages is passed on."
    When +265991234567 texts "My baby has a fever"
    Then RapidPro answers "The nurse has your message."
    When +265991234567 texts "It began yesterday"
    Then CHT answers 400
    And RapidPro answers "Your message could not be passed on."
    And the incoming messages are
      | sms_message.message |
      | My baby has a fever |

  Scenario: The way out of the trap: an id for each message
    When +265991234567 texts "clinic"
    And +265991234567 texts "My baby has a fever"
    And +265991234567 texts "It began yesterday"
    Then RapidPro answers "The nurse has your message."
    And the incoming messages are
      | sms_message.message |
      | My baby has a fever |
      | It began yesterday  |
