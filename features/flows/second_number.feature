Feature: A second number
  A flow asks for another number of the contact's. A number belongs to one contact at most: what becomes of one that
  somebody else has depends on the generation.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "second-number.json"
    And these contacts
      | phone         | name  |
      | +265991234567 | Grace |
      | +265997654321 | Joyce |
    And +265991234567 has texted "NUMBER"

  Scenario: A number that nobody has
    When +265991234567 texts "+265990000000"
    Then RapidPro answers "Added."
    And the contacts are
      | phone         | name  |
      | +265990000000 | Grace |

  @only:community
  Scenario: RapidPro 9.0 takes the number away from whoever has it
    When +265991234567 texts "+265997654321"
    Then RapidPro answers "Added."
    And the contacts are
      | phone         | name  |
      | +265997654321 | Grace |

  @only:textit-2026
  Scenario: Newer RapidPros leave the number where it is, though the flow goes on
    When +265991234567 texts "+265997654321"
    Then RapidPro answers "Added."
    And the contacts are
      | phone         | name  |
      | +265997654321 | Joyce |
