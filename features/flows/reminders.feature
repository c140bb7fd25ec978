Feature: Reminders
  A flow may say how long it waits for an answer, and go on without one.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "registration.json"
    And +265991234567 has texted "JOIN", "English"

  Scenario: Who does not answer in an hour is reminded
    When 55 minutes pass
    Then +265991234567 has got 2 messages
    When 10 minutes pass
    Then +265991234567 has got "We are still waiting for your name."
    And the run in "Registration" is waiting
    And the run has the result "Name" "" in the category "No Response"

  Scenario: An answer after the reminder is as good
    When 2 hours pass
    And +265991234567 texts "Grace Banda"
    Then RapidPro answers "How many children do you have, Grace?"

  Scenario: An answer in time needs no reminder
    When 50 minutes pass
    And +265991234567 texts "Grace Banda"
    And 2 days pass
    Then +265991234567 has got 3 messages

  Scenario: Who does not answer the reminder either is left alone
    When 2 days pass
    Then RapidPro answers
      | What is your name?                  |
      | We are still waiting for your name. |
      | Text JOIN when you have time.       |
    And the run in "Registration" is completed
    When 7 days pass
    Then +265991234567 has got 4 messages

  Scenario: The hour begins when the question was sent, not when it was asked
    Given messages of the workspace "Main" become errored once
    And +265997654321 has texted "JOIN", "English"
    When 62 minutes pass
    Then +265997654321 has got 2 messages
    When 10 minutes pass
    Then +265997654321 has got "We are still waiting for your name."
