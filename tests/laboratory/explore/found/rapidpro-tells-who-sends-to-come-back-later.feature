Feature: No request comes before Retry-After is over
  Found with the gateway cht:5.2: POST textit.com/api/v2/broadcasts.json: 1 too early

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: RapidPro tells who sends to come back later
    Given a pending message
    And the next broadcast request is answered with 429 and Retry-After 600
    When 10 minutes pass
    Then no request comes before Retry-After is over
