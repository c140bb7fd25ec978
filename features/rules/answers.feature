@rule
Feature: Rules of bad answers
  Networks and servers fail at the worst moment. Whatever the answer looks like, a message is neither lost nor sent
  twice.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @R13 @H4
  Rule: A message whose answer is lost is not sent again

    Scenario Outline: RapidPro has the message, and the answer is <failure>
      Given the next broadcast request is <failure> after its side effect
      And a pending message
      Then within 1 hour the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | failure                        |
        | reset                          |
        | answered with nothing          |
        | answered with a truncated body |
        | answered with malformed JSON   |
        | answered with an empty body    |
        | answered with a web page       |
        | answered with 500              |
        | answered with 502              |
        | answered with 504              |
        | answered with 201 and null     |

    Scenario: Half of the answers are lost
      Given the 2nd broadcast request is reset after its side effect
      And the 4th broadcast request is answered with 504 after its side effect
      And the 5th broadcast request is reset after its side effect
      And 8 pending messages
      Then within 3 hours 8 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

  @R14
  Rule: An answer that is none does not lose a message

    @R14a @H5
    Scenario Outline: RapidPro has nothing, and the answer is <failure>
      Given the next broadcast request is <failure>
      And a pending message
      Then within 1 hour the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | failure                    |
        | answered with a web page   |
        | answered with 201 and {}   |
        | answered with 201 and []   |
        | answered with 201 and "ok" |

    @R14b @H5
    Scenario Outline: RapidPro has nothing, and the answer names no broadcast: <failure>
      Given the next broadcast request is <failure>
      And a pending message
      Then within 1 hour the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | failure                                                |
        | answered with 201 and {"status": "queued"}             |
        | answered with 201 and {"id": null, "status": "queued"} |

    @R14c @H6
    Scenario Outline: A redirect with <status>
      Given the next broadcast request is redirected with <status> to "https://textit.com/api/v2/broadcasts.json"
      And a pending message
      Then within 1 hour the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | status |
        | 301    |
        | 302    |
        | 303    |

    Scenario Outline: A redirect with <status>, which says to send the same once more
      Given the next broadcast request is redirected with <status> to "https://textit.com/api/v2/broadcasts.json"
      And a pending message
      Then within 1 hour the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | status |
        | 307    |
        | 308    |

  @R15
  Rule: While RapidPro is away nothing is lost, and when it is back all is sent once

    Scenario Outline: For an hour every request is <failure>
      Given RapidPro requests are <failure> for 1 hour
      And 10 pending messages
      When 1 hour passes
      Then within 3 hours 10 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

      Examples:
        | failure           |
        | refused           |
        | reset             |
        | answered with 404 |
        | answered with 500 |
        | answered with 502 |
        | answered with 503 |

  @R16 @H7
  Rule: A RapidPro that never answers holds nothing up for ever

    @R16a
    Scenario: A question without an answer
      Given the next status request is never answered
      And a pending message
      Then within 1 hour the message is in the state "delivered"
      And the gateway still works

    @R16b
    Scenario: A message without an answer
      Given the 3rd broadcast request is never answered
      And 5 pending messages
      Then within 2 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

    @R16b
    Scenario: A message without an answer that RapidPro has all the same
      Given the 3rd broadcast request is never answered after its side effect
      And 5 pending messages
      Then within 2 hours 5 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

  @R17 @H1
  Rule: A slow RapidPro gets no copies

    Scenario: Every message takes 3 seconds
      Given broadcast requests are answered 3 seconds late
      And 30 pending messages
      Then within 1 hour 30 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

    @R17a
    Scenario: One message takes more than a minute
      Given the 1st broadcast request is answered 100 seconds late
      And 3 pending messages
      Then within 1 hour 3 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works

    @R17a
    Scenario: Every message takes more than two minutes
      Given broadcast requests are answered 150 seconds late for 1 hour
      And a pending message
      Then within 3 hours the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway still works
