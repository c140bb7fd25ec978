Feature: Reminders of reports
  Every place that should send a report is reminded when it is time, unless it has sent one.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name   | phone         | place  |
      | Akinyi | +254711000003 | Otieno |
    And the primary contact of "Otieno" is "Akinyi"
    And the settings of CHT include
      """
      {
        "transitions": {"update_clinics": true},
        "forms": {"STOCK": {"meta": {"code": "STOCK"}, "public_form": true, "fields": {}}},
        "reminders": [{
          "form": "STOCK", "text_expression": "at 9:00 am on Monday", "mute_after_form_for": "2 days",
          "message": [{"locale": "en", "content": "{{contact.name}}, please report the stock of week {{week}}."}]}]
      }
      """

  Scenario: On Monday at nine
    When 59 minutes pass
    Then the workspace "Main" has no messages
    When 8 minutes pass
    Then +254711000003 receives "Akinyi, please report the stock of week 10."
    When 5 hours pass
    Then +254711000003 has got 1 message

  Scenario: Who has reported is not reminded
    When CHT gets the report "STOCK" from +254711000003
    Then nothing is scheduled
    When 2 hours pass
    Then the workspace "Main" has no messages

  Scenario: An outage makes it late
    When sentinel is down for 5 hours
    And 2 minutes pass
    Then +254711000003 receives "Akinyi, please report the stock of week 10."
