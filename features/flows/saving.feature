Feature: Saving what a flow has asked
  A flow posts its answers as a report to CHT's records endpoint, and tries again until CHT has taken it.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the settings of CHT include
      """
      {"roles": {"data_entry": {"name": "Data entry"}},
       "forms": {"PREG": {"meta": {"code": "PREG", "label": {"en": "Pregnancy"}}, "fields": {
        "weeks": {"type": "integer", "labels": {"tiny": {"en": "weeks"}}},
        "reporter": {"type": "string", "labels": {"tiny": {"en": "reporter"}}}}}}}
      """
    And the flows of "pregnancy-report.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_login" is the login of a CHT user with the role "data_entry"
    And these contacts
      | phone         | name        |
      | +265991234567 | Grace Banda |
    And +265991234567 has texted "REPORT"

  Scenario: The answers become a report
    When +265991234567 texts "She is in week 12"
    Then RapidPro answers "Week 12 is saved."
    And the reports of CHT are
      | form | from          | fields.weeks | fields.reporter |
      | PREG | +265991234567 | 12           | Grace Banda     |
    And the run in "Pregnancy report" is completed

  Scenario: What cannot be is not sent to CHT
    When +265991234567 texts "In week 52"
    Then RapidPro answers "Please answer with a number of weeks, from 1 to 42."
    And CHT has no reports

  Scenario: CHT is down for three hours, and the report is saved all the same
    Given record-saving requests are answered with 502 for 3 hours
    When +265991234567 texts "12"
    Then RapidPro answers "Your report could not be saved yet. We try again every hour."
    When 2 hours pass
    Then CHT has no reports
    When 2 hours pass
    Then CHT has 1 report with the form "PREG"
    And RapidPro answers "Week 12 is saved."

  Scenario: An answer that got lost makes a second report: CHT does not know that it has it
    Given the next record-saving request is reset after its side effect
    When +265991234567 texts "12"
    And 2 hours pass
    Then CHT has 2 reports

  Scenario: A user who may not create records saves nothing
    Given the global "cht_login" is the login of a CHT user with the role "nobody"
    When +265991234567 texts "12"
    Then RapidPro has made 1 webhook call that was answered with 403
    And CHT has no reports
