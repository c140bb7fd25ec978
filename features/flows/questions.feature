Feature: Questions and answers
  A flow asks, waits for the answer, and goes on by what it is.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "registration.json"

  Scenario: A mother registers
    When +265991234567 texts "JOIN"
    Then RapidPro answers "Welcome! Which language do you speak?"
    And RapidPro offers "English", "Chichewa"
    And the run in "Registration" is waiting
    When +265991234567 texts "English please"
    Then RapidPro answers "What is your name?"
    When +265991234567 texts "Grace Banda"
    Then RapidPro answers "How many children do you have, Grace?"
    When +265991234567 texts "2"
    Then RapidPro answers "Thank you. We write when a vaccination is due."
    And the run in "Registration" is completed
    And the run has the result "Name" "Grace Banda"
    And the run has the result "Children" "2" in the category "Number"
    And the contacts are
      | phone         | name        | language | groups  | children |
      | +265991234567 | Grace Banda | eng      | Mothers | 2        |

  Scenario: The answer decides which way the flow takes
    Given +265991234567 has texted "JOIN", "English", "Grace Banda"
    When +265991234567 texts "0"
    Then RapidPro answers "Thank you. We write to you about your pregnancy."

  Scenario Outline: "<answer>" is asked again
    Given +265991234567 has texted "JOIN", "English", "Grace Banda"
    When +265991234567 texts "<answer>"
    Then RapidPro answers "Please answer with a number, such as 2."
    And the run has the result "Children" "<answer>" in the category "Other"
    When +265991234567 texts "I have 3 of them"
    Then RapidPro answers "Thank you. We write when a vaccination is due."
    And the run has the result "Children" "3" in the category "Number"

    Examples:
      | answer    |
      | Many      |
      | 21        |
      | ☺         |
      | @contact  |
      | @results  |

  Scenario: Several people answer, each in a run of their own
    Given the workspace "Main" speaks eng, nya
    When these texts arrive at once
      | from          | text |
      | +265991234567 | JOIN |
      | +265997654321 | JOIN |
    And these texts arrive at once
      | from          | text     |
      | +265991234567 | English  |
      | +265997654321 | Chichewa |
    Then +265991234567 has got "What is your name?"
    And +265997654321 has got "Dzina lanu ndani?"
    And the flow "Registration" has 2 runs that are waiting
