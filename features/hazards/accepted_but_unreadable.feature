@H4 @gateway:cht
Feature: Accepted, but the answer cannot be read
  RapidPro has sent the message, but its answer does not arrive in one piece.
  CHT takes the message for unsent and sends it again, every minute.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Rule: A message whose answer is lost goes out every minute, which is a defect

    @since:4.17
    Scenario Outline: RapidPro sends, but is <failure>
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      And broadcast requests are <failure> after their side effect
      When 5 minutes pass
      Then the workspace "Main" has 5 messages
      And the message is in the state "pending"
      When nothing goes wrong any more
      And 2 minutes pass
      Then the workspace "Main" has 6 messages
      And the message is in the state "delivered"

      Examples:
        | failure                        |
        | reset                          |
        | answered with nothing          |
        | answered with a truncated body |
        | answered with malformed JSON   |
        | answered with an empty body    |
        | answered with 500              |
        | answered with 504              |
        | answered with 201 and null     |

    @since:4.17
    Scenario: The message gets through as soon as that fault ends, whatever else goes wrong
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      And broadcast requests are reset after their side effect
      And status requests are answered with 429
      When 5 minutes pass
      And fault 1 ends
      And 2 minutes pass
      Then the workspace "Main" has 6 messages
      And the message is in the state "received-by-gateway"

  Rule: What CHT makes of broken JSON depends on its release

    Scenario Outline: CHT <release> sends a message whose answer is broken <copies> times in 5 minutes
      Given a CHT <release> instance that sends through the workspace "Main"
      And a pending message
      And broadcast requests are answered with malformed JSON
      When 5 minutes pass
      Then the workspace "Main" has <copies> messages
      And the message is in the state "<state>"
      And the message has no gateway reference

      Examples:
        | release | copies | state               |
        | 4.13    | 5      | pending             |
        | 4.14    | 1      | received-by-gateway |
        | 4.16    | 1      | received-by-gateway |
        | 4.17    | 5      | pending             |
        | 5.2     | 5      | pending             |

    Scenario Outline: CHT <release> takes a refusal that is broken JSON for <state>
      Given a CHT <release> instance that sends through the workspace "Main"
      And a pending message
      And broadcast requests are answered with 400 and {"urns": ["Invalid
      When 5 minutes pass
      Then the gateway has made <requests> broadcast requests
      And the message is in the state "<state>"

      Examples:
        | release | requests | state   |
        | 4.13    | 5        | pending |
        | 4.14    | 1        | failed  |
        | 4.16    | 1        | failed  |
        | 4.17    | 5        | pending |
        | 5.2     | 5        | pending |
