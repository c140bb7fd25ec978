Feature: Starting flows through the API
  Another system, CHT for one, has contacts run a flow, and says what it is about.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "visit-reminder.json"

  Scenario: A health worker is asked to visit somebody
    When the flow "Visit reminder" is started through the API for +265991234567
      """
      {"params": {"patient": "Grace Banda", "day": "Friday"}}
      """
    Then +265991234567 has got "Please visit Grace Banda by Friday. Have you been there?"
    When +265991234567 texts "Yes, yesterday"
    Then RapidPro answers "Thank you."
    And the run of +265991234567 in "Visit reminder" has the result "Visited" "Yes" in the category "Yes"

  Scenario: What older callers call extra
    When the flow "Visit reminder" is started through the API for +265991234567
      """
      {"extra": {"patient": "Grace Banda", "day": "Friday"}}
      """
    Then +265991234567 has got "Please visit Grace Banda by Friday. Have you been there?"

  Scenario: A whole group
    Given these contacts
      | phone         | groups         |
      | +265991234567 | Health workers |
      | +265997654321 | Health workers |
      | +265990000000 |                |
    When the flow "Visit reminder" is started through the API for the group "Health workers"
      """
      {"params": {"patient": "Grace Banda", "day": "Friday"}}
      """
    Then the flow "Visit reminder" has 2 runs that are waiting
    And +265990000000 has got no messages

  Scenario: Who took part already can be left out
    Given the keyword "VISIT" starts the flow "Visit reminder"
    And +265991234567 has texted "VISIT", "Yes"
    When the flow "Visit reminder" is started through the API for +265991234567, +265997654321
      """
      {"restart_participants": false, "params": {"patient": "Grace Banda", "day": "Friday"}}
      """
    Then the flow "Visit reminder" has 2 runs
    And +265997654321 has got 1 message

  @only:community
  Scenario: This generation says that a start is pending and then complete
    When the flow "Visit reminder" is started through the API for +265991234567
    Then the last flow start is "complete"

  @only:textit-2026
  Scenario: That generation says that a start is pending and then completed
    When the flow "Visit reminder" is started through the API for +265991234567
    Then the last flow start is "completed"
