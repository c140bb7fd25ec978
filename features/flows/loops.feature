Feature: Loops
  RapidPro takes many equal messages to one contact within five minutes for a loop, and lets those that follow fail. Two
  programs that answer each other are stopped so, and so are honest answers that happen to be equal.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"
    And webhook requests are refused

  @only:community
  Scenario: In RapidPro 9.0 the twentieth of equal answers fails
    When 22 texts of +265991234567 arrive in a row
    Then RapidPro answers "Your message could not be passed on. Please send it again later."
    And the workspace "Main" has 3 messages that are failed

  @only:textit-2026
  Scenario: In newer RapidPros it is the one after it
    When 22 texts of +265991234567 arrive in a row
    Then RapidPro answers "Your message could not be passed on. Please send it again later."
    And the workspace "Main" has 2 messages that are failed

  Scenario: Five minutes later counting begins anew
    When 15 texts of +265991234567 arrive in a row
    And 5 minutes pass
    And 15 texts of +265991234567 arrive in a row
    Then the workspace "Main" has no messages that are failed

  Scenario: Each contact is counted for itself
    When 15 texts of +265991234567 arrive in a row
    And 15 texts of +265997654321 arrive in a row
    Then the workspace "Main" has no messages that are failed
