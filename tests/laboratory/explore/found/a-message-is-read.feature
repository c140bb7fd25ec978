Feature: Every message comes to an end
  Found with the gateway cht:5.2: expected messages that are sent, delivered or failed; others are ['received-by-gateway']

  Background:
    Given a RapidPro host "textit.com" of the generation "textit-2026"
    And a RapidPro workspace "Main"
    And the workspace "Main" sends through WhatsApp
    And a CHT instance that sends through the workspace "Main"

  Scenario: A message is read
    Given messages of the workspace "Main" become wired, sent, read
    And a pending message
    When 1 minute passes
    Then within 2 hours every message has come to an end
