Feature: What flows meet besides answers
  A flow goes on by what was sent, by what others have answered, by what is there already, and by chance.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "clinic-day.json"
    And "https://clinic.example.org/visits" subscribes to the resthook "new-visit"
    And the web server "clinic.example.org" answers 200
    When +265991234567 texts "clinic"
    Then RapidPro answers "Please send a picture of the health passport."

  Scenario: Words are no picture
    When +265991234567 texts "I have none"
    Then RapidPro answers "Please send a picture of the health passport."

  Scenario Outline: Chance decides who gets airtime
    Given airtime can be transferred
    And chance draws <drawn>
    When +265991234567 sends the file "image/jpeg:https://files.example.org/photo.jpg"
    Then RapidPro answers "<answer>"

    Examples:
      | drawn | answer                               |
      | 0.17  | Thank you. We have sent you airtime. |
      | 0.83  | Thank you.                           |

  Scenario: Nobody transfers airtime
    Given chance draws 0.17
    When +265991234567 sends the file "image/jpeg:https://files.example.org/photo.jpg"
    Then RapidPro answers "Thank you."

  Scenario: The clinic does not hear of the visit
    Given the web server "clinic.example.org" answers 404
    When +265991234567 sends the file "image/jpeg:https://files.example.org/photo.jpg"
    Then RapidPro answers "A nurse will look at it."

  Scenario: A nurse knows of it already
    Given +265991234567 has an open ticket
    And the web server "clinic.example.org" answers 404
    When +265991234567 sends the file "image/jpeg:https://files.example.org/photo.jpg"
    Then RapidPro answers "A nurse looks at it already."
