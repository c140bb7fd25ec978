Feature: The flow has been told each time that its text was taken
  Found with the gateway cht:5.2: expected success each time; the answers are [200, 400]

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A flow hands over a text twice
    When a flow hands over "My baby has a fever" from +254712345678 as "in-1" twice
    Then the flow has been told each time that its text was taken
