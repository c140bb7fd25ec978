Feature: Flows that were made for Surveyor
  No server runs them; what they ask can be tried all the same.

  Scenario: A household is counted by text message
    Given a RapidPro workspace "Main"
    And the flows of "household.json"
    And the flow "Household" of Surveyor is run like a flow of messages
    When the flow "Household" is started through the API for +265991234567
    Then +265991234567 has got
      """
      How many people live here?
      Count children, too.
      """
    When +265991234567 texts "We are 5"
    Then the run in "Household" is completed
