Feature: Every message is sent once
  Found with the gateway cht:5.2: expected 1 message, each as CHT has it, and once; RapidPro has 1 time 'Your number is tel:+254712345678' to +254712345678

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A text looks like an expression
    When a pending message to "+254712345678" with the text "Your number is @urns.tel" is added
    Then 20 minutes later every message has been sent once
