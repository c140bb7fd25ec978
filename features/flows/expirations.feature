Feature: Expiration
  A run that nobody answers ends after the time that its flow says.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "visit-reminder.json"
    And the keyword "VISIT" starts the flow "Visit reminder"
    And +265991234567 has texted "VISIT"

  Scenario: Nobody answers for a day
    When 23 hours pass
    Then the run in "Visit reminder" is waiting
    When 2 hours pass
    Then the run in "Visit reminder" is expired

  Scenario: An answer that comes too late is no answer
    When 2 days pass
    And +265991234567 texts "Yes"
    Then RapidPro does not answer
    And the run in "Visit reminder" is expired

  Scenario: An answer in time
    When 23 hours pass
    And +265991234567 texts "Yes"
    Then RapidPro answers "Thank you."
    And the run in "Visit reminder" is completed

  Scenario: Each answer begins the time anew
    Given the flows of "registration.json"
    And +265991234567 has texted "JOIN"
    When 2 days pass
    And +265991234567 texts "English"
    And +265991234567 texts "Grace"
    And 2 days pass
    Then the run in "Registration" is waiting
    When 2 days pass
    Then the run in "Registration" is expired

  Scenario: Once a run has expired, the text goes where any other message goes
    Given any other message starts the flow "Visit reminder"
    When 2 days pass
    And +265991234567 texts "Hello?"
    Then the flow "Visit reminder" has 1 run that is expired
    And the flow "Visit reminder" has 1 run that is waiting
