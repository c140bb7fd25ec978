Feature: A report starts a flow
  CHT tells RapidPro about a report: outbound push starts a flow for the person that the report is about.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "visit-reminder.json"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name        | phone         | place   |
      | Grace Banda | +265991234567 | Area 25 |
    And these health workers
      | name  | phone         | place   |
      | Joyce | +265991111111 | Area 25 |
    And CHT starts the flow "Visit reminder" of the workspace "Main" after the form "follow_up"

  Scenario: As soon as the phone of the health worker has synchronised
    When the health worker submits the form "follow_up" about "Grace Banda"
    And 5 minutes pass
    Then CHT starts the flow "Visit reminder" in RapidPro for +265991234567
    And the flow "Visit reminder" has 1 run

  Scenario: Other forms start nothing
    When the health worker submits the form "delivery" about "Grace Banda"
    And 10 minutes pass
    Then CHT does not start the flow "Visit reminder" in RapidPro

  Scenario: While RapidPro is down the push is queued, and made when it is back
    Given RapidPro is down for 1 hour
    When the health worker submits the form "follow_up" about "Grace Banda"
    And 30 minutes pass
    Then CHT does not start the flow "Visit reminder" in RapidPro
    And 1 push of CHT is queued
    When 40 minutes pass
    Then CHT starts the flow "Visit reminder" in RapidPro for +265991234567
    And no pushes of CHT are queued

  Scenario: While sentinel is down nothing is started
    Given sentinel is stopped
    When the health worker submits the form "follow_up" about "Grace Banda"
    And 1 hour passes
    Then CHT does not start the flow "Visit reminder" in RapidPro
    And the backlog of sentinel is at least 1 change
    When sentinel is started
    And 1 minute passes
    Then CHT starts the flow "Visit reminder" in RapidPro
    And the backlog of sentinel is 0
