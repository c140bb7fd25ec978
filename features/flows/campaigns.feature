Feature: Campaigns
  What happens so many days before or after a date of the contact's, at an hour of the workspace's day.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "daily-check-in.json"

  Scenario: A daily check-in for 14 days
    Given +265991234567 has texted "CHECKIN"
    When 1 day passes
    Then +265991234567 has got "Do you have a fever today?"
    When 20 days pass
    Then +265991234567 has got "Do you have a fever today?" 14 times
    And the flow "Daily check-in" has 14 runs

  Scenario: Each morning is a run of its own, with an answer of its own
    Given +265991234567 has texted "CHECKIN"
    When 22 hours pass
    And +265991234567 texts "No"
    Then RapidPro answers "Good. Until tomorrow."
    When 1 day passes
    And +265991234567 texts "Yes"
    Then RapidPro answers "A nurse will call you today."
    And the flow "Daily check-in" has 2 runs that are completed
    And the contacts are
      | phone         | groups          |
      | +265991234567 | Check-in, Fever |

  Scenario: Who has not answered is asked anew the next day
    Given +265991234567 has texted "CHECKIN"
    When 3 days pass
    Then the flow "Daily check-in" has 2 runs that are interrupted
    And the flow "Daily check-in" has 1 run that is waiting

  Scenario: Who leaves is not asked any more
    Given +265991234567 has texted "CHECKIN"
    When 3 days pass
    And +265991234567 texts "leave"
    And 20 days pass
    Then +265991234567 has got "Do you have a fever today?" 3 times

  Scenario: The check-in begins anew with its date
    Given +265991234567 has texted "CHECKIN"
    When 5 days pass
    And these contacts are changed
      | phone         | check_in_since       |
      | +265991234567 | 2026-03-09T11:00:00Z |
    And 30 days pass
    Then +265991234567 has got "Do you have a fever today?" 19 times

  Scenario: A message before a date
    Given these contacts
      | phone         | name    | groups  | due_date   |
      | +265991234567 | Grace   | Mothers | 2026-03-20 |
      | +265997654321 | Joyce   | Mothers | 2026-03-04 |
      | +265990000000 | Chisomo |         | 2026-03-20 |
    And 3 days before the "due_date" at 8:00 the group "Mothers" gets the message "Dear @contact.name, your baby is due on @(format_date(fields.due_date, "D MMM"))"
    When 16 days pass
    Then +265991234567 is in the group "Mothers"
    And +265990000000 is not in the group "Mothers"
    And +265991234567 has got "Dear Grace, your baby is due on 20 Mar"
    And +265997654321 has got no messages
    And +265990000000 has got no messages

  Scenario: A flow after a date
    Given these contacts
      | phone         | groups  | due_date   |
      | +265991234567 | Mothers | 2026-03-20 |
    And 2 weeks after the "due_date" the group "Mothers" begins the flow "Check-in enrolment"
    When 31 days pass
    Then the flow "Check-in enrolment" has no runs
    When 2 days pass
    Then the flow "Check-in enrolment" has 1 run

  Rule: A campaign may be given to another group

    Background:
      Given these contacts
        | phone         | name  | groups  | due_date   |
        | +265991234567 | Grace | Mothers | 2026-03-20 |
        | +265997654321 | Frank | Fathers | 2026-03-20 |
      And 3 days before the "due_date" the group "Mothers" gets the message "Soon, @contact.name!"
      When the campaign of the group "Mothers" is given to the group "Fathers"

    @only:textit-2026
    Scenario: The new group is scheduled at once
      When 20 days pass
      Then +265997654321 has got "Soon, Frank!"
      And +265991234567 has got no messages

    @only:community
    Scenario: RapidPro 9.0 leaves those scheduled who are
      When 20 days pass
      Then +265991234567 has got "Soon, Grace!"
      And +265997654321 has got no messages

    Scenario: Whose date changes is scheduled anew
      When these contacts are changed
        | phone         | due_date   |
        | +265991234567 | 2026-03-22 |
        | +265997654321 | 2026-03-22 |
      And 20 days pass
      Then +265997654321 has got "Soon, Frank!"
      And +265991234567 has got no messages
