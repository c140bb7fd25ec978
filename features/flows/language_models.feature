Feature: A flow asks a language model
  RapidPro fills in the prompts; what the model answers is said here, or simulated: nobody is asked in earnest.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "travel-agency.json"

  Rule: A model answers what a sentence says

    Scenario: To one question, and to all others
      Given the language model answers "Hotels"
      And the language model "GPT-4" answers "Flights" to "go to Lilongwe"
      When +254712345678 texts "I want to go to Lilongwe"
      Then a language model was asked about "I want to go to Lilongwe"
      And the run has the result "Topic" "Flights" in the category "Flights"

    Scenario: What is no category
      Given the language model answers "Trains"
      When +254712345678 texts "I want to go to Lilongwe"
      Then the run has the result "Topic" "Trains" in the category "Other"

    Scenario: A model that fails
      Given the language model fails with "quota exceeded"
      When +254712345678 texts "I want to go to Lilongwe"
      Then the run has the result "Topic" "<ERROR>" in the category "Failure"

  Rule: Without such a sentence the answer is simulated, and always the same

    Scenario Outline: "<text>" is about <category>
      When +254712345678 texts "<text>"
      Then the run has the result "Topic" "<value>" in the category "<category>"
      And RapidPro answers "[simulated answer of GPT-4] It is about <value>"

      Examples:
        | text                           | value   | category |
        | Any flights to Lilongwe?       | Flights | Flights  |
        | HOTELS please                  | Hotels  | Hotels   |
        | hotels first and then flights  | Flights | Flights  |
        | What is the weather?           | <CANT>  | Other    |
