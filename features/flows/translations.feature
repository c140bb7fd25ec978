Feature: Translations
  A flow speaks the language of the contact, if the workspace knows that language and the flow has been translated.

  Background:
    Given a RapidPro workspace "Main"
    And the workspace "Main" speaks eng, nya, swa
    And the flows of "registration.json"

  Scenario: The contact chooses the language
    When +265991234567 texts "JOIN"
    Then RapidPro answers "Welcome! Which language do you speak?"
    When +265991234567 texts "Chichewa"
    Then RapidPro answers "Dzina lanu ndani?"
    When +265991234567 texts "Grace Banda"
    Then RapidPro answers "Muli ndi ana angati, Grace?"

  Scenario Outline: Somebody who speaks <language> is asked in <asked in>
    Given these contacts
      | phone         | language   |
      | +265991234567 | <language> |
    When +265991234567 texts "JOIN"
    And +265991234567 texts "<answer>"
    Then RapidPro answers "<question>"

    Examples:
      | language | asked in | answer   | question           |
      | eng      | English  | English  | What is your name? |
      | nya      | Chichewa | Chichewa | Dzina lanu ndani?  |

  Scenario: A language that the flow is not translated into gets the flow's own
    Given these contacts
      | phone         | language |
      | +265991234567 | swa      |
    When the flow "Registration" is started through the API for +265991234567
    Then +265991234567 has got "Welcome! Which language do you speak?"

  Scenario: A language that the workspace does not know is no language
    Given the workspace "Main" speaks eng
    And +265991234567 has texted "JOIN"
    When +265991234567 texts "Chichewa"
    Then RapidPro answers "What is your name?"

  Scenario: A reminder is translated, too
    Given +265991234567 has texted "JOIN", "Chichewa"
    When 2 hours pass
    Then +265991234567 has got "Tikudikirabe dzina lanu."
