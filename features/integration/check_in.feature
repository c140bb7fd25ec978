Feature: A check-in after a report
  The integration of the pandemic's first year: a health worker reports who is in quarantine, CHT starts a flow in RapidPro,
  and RapidPro asks every morning for two weeks.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "daily-check-in.json"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name        | phone         | place   |
      | Grace Banda | +265991234567 | Area 25 |
    And these health workers
      | name  | phone         | place   |
      | Joyce | +265991111111 | Area 25 |
    And CHT starts the flow "Check-in enrolment" of the workspace "Main" after the form "quarantine"
    When the health worker submits the form "quarantine" about "Grace Banda"
    And 1 minute passes

  Scenario: The next morning there is a question, and a nurse is told of a fever
    Then +265991234567 has got "For 14 days we ask you every morning how you are."
    When 25 hours pass
    Then +265991234567 has got "Do you have a fever today?"
    When +265991234567 texts "yes"
    Then RapidPro answers "A nurse will call you today."

  @long
  Scenario: For two weeks, and no longer
    When 16 days pass
    Then +265991234567 has got 15 messages
    And CHT starts the flow "Check-in enrolment" in RapidPro for +265991234567
