Feature: What else starts a flow
  Beside keywords there are missed calls and the time of day, and all of them can be for a group only.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "registration.json"
    And the flows of "visit-reminder.json"
    And these contacts
      | phone         | groups         |
      | +265991234567 | Health workers |
      | +265997654321 |                |

  Scenario: A missed call
    Given a missed call starts the flow "Registration"
    When +265990000000 calls and hangs up
    Then +265990000000 has got "Welcome! Which language do you speak?"

  Scenario: Every day at a time of the workspace's day
    Given every day at 7:30 the group "Health workers" begins the flow "Visit reminder"
    When 3 days pass
    Then the flow "Visit reminder" has 3 runs
    And the run of +265991234567 in "Visit reminder" is waiting
    And +265997654321 has got no messages

  Scenario: The same keyword means something else to a group
    Given the keyword "JOIN" starts the flow "Visit reminder" for the group "Health workers"
    When +265991234567 texts "join"
    Then the flow "Visit reminder" has 1 run
    When +265997654321 texts "join"
    Then RapidPro answers "Welcome! Which language do you speak?"

  Scenario: Other messages of a group only
    Given any other message starts the flow "Visit reminder" for the group "Health workers"
    When +265997654321 texts "Good morning"
    Then RapidPro does not answer
    When +265991234567 texts "Good morning"
    Then the flow "Visit reminder" has 1 run
