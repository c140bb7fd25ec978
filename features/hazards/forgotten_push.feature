@H16
Feature: The forgotten push
  When one of several queued pushes succeeds, CHT takes the first of the queue for done, whichever it was. No release has
  cured that.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "daily-check-in.json"
    And the flows of "visit-reminder.json"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And these people in CHT
      | name        | phone         | place   |
      | Grace Banda | +265991234567 | Area 25 |
    And these health workers
      | name  | phone         | place   |
      | Joyce | +265991111111 | Area 25 |
    And CHT starts the flow "Check-in enrolment" of the workspace "Main" after the form "follow_up"
    And CHT starts the flow "Visit reminder" of the workspace "Main" after the form "follow_up"

  Scenario: The first push fails twice and the second once: the first is never made, which is a defect
    Given the next 3 flow-start requests are answered with 503
    When the health worker submits the form "follow_up" about "Grace Banda"
    And 1 minute passes
    Then 1 push of CHT is queued
    When 1 hour passes
    Then no pushes of CHT are queued
    And CHT starts the flow "Visit reminder" in RapidPro for +265991234567
    But CHT starts the flow "Check-in enrolment" in RapidPro 0 times

  Scenario: Where both succeed at the second attempt, none is forgotten
    Given the next 2 flow-start requests are answered with 503
    When the health worker submits the form "follow_up" about "Grace Banda"
    And 1 hour passes
    Then no pushes of CHT are queued
    And CHT starts the flow "Check-in enrolment" in RapidPro for +265991234567
    And CHT starts the flow "Visit reminder" in RapidPro for +265991234567
