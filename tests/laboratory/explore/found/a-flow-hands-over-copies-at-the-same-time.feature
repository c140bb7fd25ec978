Feature: CHT has every incoming message once
  Found with the gateway cht:5.2: expected 1 incoming message; there are 2

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: A flow hands over copies at the same time
    When a flow hands over "She is better" from +254712345678 as "in-2" in 4 calls at the same time
    Then within 2 hours CHT has 1 incoming message
