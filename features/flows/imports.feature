Feature: Importing flows
  An export is imported as a whole or not at all.

  Background:
    Given a RapidPro workspace "Main"

  Scenario: An action that only another system knows
    Then the flows of "glific-menu.json" are refused with "send_interactive_msg"
    When +265991234567 texts "menu"
    Then RapidPro does not answer

  Scenario: What RapidPro does not know can be left out
    Given the flows of "glific-menu.json", as far as RapidPro knows them
    When +265991234567 texts "menu"
    Then RapidPro answers "Choose from the menu."
    When +265991234567 texts "the nurse, please"
    Then RapidPro answers "The nurse is coming."

  Scenario: What is imported again takes the place of what was there
    Given the flows of "registration.json"
    When the flows of "registration.json" are imported
    And +265991234567 texts "join"
    Then the flow "Registration" has 1 run

  Scenario: An import ends the runs that wait in the flow as it was
    Given the flows of "registration.json"
    And +265991234567 has texted "join"
    When the flows of "registration.json" are imported
    And +265991234567 texts "English"
    Then the run in "Registration" is failed
    And RapidPro does not answer
    When +265991234567 texts "join"
    Then RapidPro answers "Welcome! Which language do you speak?"

  Scenario: Each workspace has flows of its own
    Given a RapidPro workspace "Other"
    And the flows of "registration.json" in the workspace "Other"
    When +265991234567 texts "join" to the workspace "Main"
    Then RapidPro does not answer
    When +265997654321 texts "join" to the workspace "Other"
    Then RapidPro answers "Welcome! Which language do you speak?"
