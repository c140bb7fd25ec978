Feature: Looking somebody up by phone
  A flow asks CHT who has the number that the text came from.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And these people in CHT
      | name        | phone         | place         |
      | Grace Banda | +265991234567 | Area 25       |
      | Joyce Phiri | +265997654321 | Nkhoma Clinic |
    And the flows of "who-am-i.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_login" is the login of a CHT user with the role "data_entry"

  Scenario Outline: <phone> is <name>
    When <phone> texts "who am I?"
    Then RapidPro answers "You are <name> of <place>."
    And the contacts are
      | phone   | name   |
      | <phone> | <name> |

    Examples:
      | phone         | name        | place         |
      | +265991234567 | Grace Banda | Area 25       |
      | +265997654321 | Joyce Phiri | Nkhoma Clinic |

  Scenario: A number that nobody has
    When +265990000000 texts "who"
    Then RapidPro has made 1 webhook call that was answered with 404
    And RapidPro answers "Nobody here knows this number. Please ask your nurse to add it."

  Scenario: CHT is down
    Given contact-finding requests are refused
    When +265991234567 texts "who"
    Then RapidPro answers "We cannot look you up at the moment."

  @only:community
  Scenario: Reading may be repeated, so RapidPro asks three times by itself
    Given the next 2 contact-finding requests are answered with 503
    When +265991234567 texts "who"
    Then RapidPro has made 3 webhook calls
    And RapidPro answers "You are Grace Banda of Area 25."

  @only:textit-2026
  Scenario: Newer RapidPros ask once
    Given the next 2 contact-finding requests are answered with 503
    When +265991234567 texts "who"
    Then RapidPro has made 1 webhook call
    And RapidPro answers "We cannot look you up at the moment."
