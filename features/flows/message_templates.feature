Feature: WhatsApp's message templates
  Where a flow names a template, the contact gets its text in the best of its languages, with the variables filled in.

  Background:
    Given a RapidPro workspace "Main"
    And the workspace "Main" sends through WhatsApp
    And the workspace "Main" speaks eng, swa

  Scenario Outline: A contact who speaks <language>
    Given these contacts
      | phone         | name       | language   |
      | +254712345678 | Asha Juma  | <language> |
    And the message templates of "visit-templates.json"
    And the flows of "visit.json"
    When +254712345678 texts "visit"
    Then RapidPro has sent the message template "visit" in <locale>
    And RapidPro answers "<answer>"

    Examples:
      | language | locale  | answer                                     |
      | eng      | eng-US  | Hello Asha, the nurse will come on Monday. |
      | swa      | swa     | Habari Asha, muuguzi atakuja Monday.       |
      | fra      | eng-US  | Hello Asha, the nurse will come on Monday. |

  Scenario: A template in a sentence
    Given the message template "visit" in eng says "Dear {{1}}, expect us on {{2}}."
    And the flows of "visit.json"
    And these contacts
      | phone         | name      |
      | +254712345678 | Asha Juma |
    When +254712345678 texts "visit"
    Then RapidPro answers "Dear Asha, expect us on Monday."

  Scenario: Without the template, the text itself is sent
    Given the flows of "visit.json"
    When +254712345678 texts "visit"
    Then RapidPro answers "A nurse will visit you."

  Scenario: A form that was filled in is the payload of the message
    Given the flows of "form.json"
    When +254712345678 texts "form" with the payload
      """
      {"name": "Asha", "visits": 3}
      """
    Then RapidPro answers "Thank you Asha, for 3 visits."
