Feature: One flow at a time
  Somebody is in one flow at most: a second one interrupts the first.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "registration.json"
    And the flows of "pregnancy-report.json"
    And the flows of "cht-incoming-message.json"
    And +265991234567 has texted "JOIN", "English"

  Scenario: A keyword beats the question that waits
    When +265991234567 texts "report"
    Then RapidPro answers "In which week of her pregnancy is she?"
    And the run in "Registration" is interrupted
    And the run in "Pregnancy report" is waiting

  Scenario: An answer goes to the second flow only
    When +265991234567 texts "report"
    And +265991234567 texts "12"
    Then the run in "Pregnancy report" has the result "Weeks" "12"
    And the run in "Registration" is interrupted

  Scenario: A text that is no keyword answers the question, and is not passed on to CHT
    When +265991234567 texts "My baby has a fever"
    Then RapidPro answers "How many children do you have, My?"
    And the flow "CHT incoming message" has no runs

  Scenario: The same keyword begins anew
    When +265991234567 texts "JOIN"
    Then RapidPro answers "Welcome! Which language do you speak?"
    And the flow "Registration" has 1 run that is interrupted
    And the flow "Registration" has 1 run that is waiting

  Scenario: A flow that another system starts interrupts as well
    When the flow "Pregnancy report" is started through the API for +265991234567
    Then +265991234567 has got "In which week of her pregnancy is she?"
    And the run in "Registration" is interrupted

  Scenario: A start can spare those who are in a flow
    When the flow "Pregnancy report" is started through the API for +265991234567, +265997654321
      """
      {"exclude_active": true}
      """
    Then the flow "Pregnancy report" has 1 run
    And +265997654321 has got "In which week of her pregnancy is she?"
    And the run in "Registration" is waiting

  Scenario: A message from CHT is sent beside the flow
    Given a CHT instance that sends through the workspace "Main"
    And a pending message to "+265991234567" with the text "Visit Joyce tomorrow"
    When 2 minutes pass
    Then +265991234567 has got "Visit Joyce tomorrow"
    And the run in "Registration" is waiting
    When +265991234567 texts "Grace Banda"
    Then RapidPro answers "How many children do you have, Grace?"

  Scenario: Other people's flows go on
    When +265997654321 texts "report"
    Then the run in "Registration" is waiting
