Feature: Contacts that have no phone
  Telegram, Facebook and their like bring people who are known by another address than a number.

  Background:
    Given a RapidPro workspace "Main"
    And the workspace "Main" has a channel for telegram, facebook
    And the flows of "clinic-day.json"

  Scenario: A contact is answered at the address that it has written from
    Given these contacts
      | phone                             | name |
      | telegram:123456789, +265991234567 | Asha |
    When telegram:123456789 texts "clinic"
    Then RapidPro answers "Please send a picture of the health passport."
    And telegram:123456789 has got "Please send a picture of the health passport."
    And the contacts are
      | phone              | name |
      | +265991234567      | Asha |
      | telegram:123456789 | Asha |

  Scenario: A text of several lines
    When facebook:987654321 texts
      """
      clinic
      and another line
      """
    Then RapidPro answers "Please send a picture of the health passport."
    When the workspace "Main" broadcasts "Good bye" to facebook:987654321
    Then facebook:987654321 has got "Good bye"
