@since:4.1
Feature: Texts that arrive twice
  Phones and aggregators send again what they believe is lost. RapidPro takes a text for the one before it when it comes
  from the same number within two to four seconds, unless a message has gone out to that number in between.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  Scenario: A text that is delivered twice is passed on once
    When these texts arrive at once
      | from          | text  |
      | +265991234567 | Fever |
      | +265991234567 | Fever |
    Then the incoming messages are
      | from          | sms_message.message |
      | +265991234567 | Fever               |

  Scenario: Another text, or another number, is another message
    When these texts arrive at once
      | from          | text  |
      | +265991234567 | Fever |
      | +265991234567 | Cough |
      | +265997654321 | Fever |
    Then CHT has 3 incoming messages

  Scenario: Some seconds later the same text is meant
    When +265991234567 texts "Fever"
    And +265991234567 texts "Fever"
    Then CHT has 2 incoming messages
