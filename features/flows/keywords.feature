Feature: Keywords
  A text whose first word is a keyword starts the keyword's flow, whatever else is going on.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "registration.json"
    And the flows of "visit-reminder.json"

  Scenario Outline: "<text>" <outcome>
    Given the keyword "VISIT" starts the flow "Visit reminder"
    When +265991234567 texts "<text>"
    Then the flow "Visit reminder" has <runs>

    Examples:
      | text               | outcome             | runs    |
      | visit              | starts the flow     | 1 run   |
      | VISIT              | starts the flow     | 1 run   |
      | Visit!             | starts the flow     | 1 run   |
      | #visit             | starts the flow     | 1 run   |
      | visit now, please  | starts the flow     | 1 run   |
      | vísit              | starts no flow      | no runs |
      | visits             | starts no flow      | no runs |
      | When is the visit? | starts no flow      | no runs |

  Scenario Outline: A keyword of any script: <word>
    Given the keyword "<word>" starts the flow "Visit reminder"
    When +265991234567 texts "<word>"
    Then the flow "Visit reminder" has 1 run
    When +265997654321 texts "<word>! 5"
    Then the flow "Visit reminder" has 2 runs

    Examples:
      | word     |
      | ยกเลิก    |
      | বাতিল    |
      | ထွက်သွား  |
      | दर्ता     |
      | நிறுத்து   |
      | ጀምር      |
      | قف       |
      | стоп     |

  Scenario Outline: A keyword that is an emoji: "<text>" <outcome>
    Given the keyword "👍" starts the flow "Visit reminder"
    When +265991234567 texts "<text>"
    Then the flow "Visit reminder" has <runs>

    Examples:
      | text   | outcome         | runs    |
      | 👍     | starts the flow | 1 run   |
      | 👍👍👍 | starts the flow | 1 run   |
      | 👍🏽    | starts the flow | 1 run   |
      | 👍 yes | starts the flow | 1 run   |
      | yes 👍 | starts no flow  | no runs |
      | 😀     | starts no flow  | no runs |

  Scenario Outline: A keyword that has to be the only word: "<text>" <outcome>
    When +265991234567 texts "<text>"
    Then the flow "Registration" has <runs>

    Examples:
      | text      | outcome         | runs    |
      | join      | starts the flow | 1 run   |
      | Join!     | starts the flow | 1 run   |
      | join me   | starts no flow  | no runs |

  Scenario: A text that nothing is for is kept, and nobody answers
    When +265991234567 texts "Good morning"
    Then RapidPro does not answer
    And the flow "Registration" has no runs

  Scenario: What is no keyword starts the flow for any other message
    Given any other message starts the flow "Visit reminder"
    When +265991234567 texts "Good morning"
    Then the flow "Visit reminder" has 1 run that is waiting
    When +265997654321 texts "join"
    Then the flow "Registration" has 1 run that is waiting

  Scenario: A later trigger for the same keyword takes its place
    Given the keyword "JOIN" starts the flow "Visit reminder"
    When +265991234567 texts "join"
    Then the flow "Registration" has no runs
    And the flow "Visit reminder" has 1 run
