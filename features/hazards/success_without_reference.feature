@H5 @gateway:cht
Feature: Success without a reference
  CHT takes any answer of success for a sent message. Where the answer does not say which broadcast it is,
  CHT can never ask what became of the message, and never sends it again.

  Background:
    Given a RapidPro workspace "Main"

  Rule: The message is stuck for ever, which is a defect

    @since:4.17
    Scenario Outline: RapidPro is <failure>
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      And the next broadcast request is <failure>
      When 10 minutes pass
      Then the message is in the state "received-by-gateway"
      And the gateway has made 1 broadcast request
      And the gateway has made no status requests
      And the workspace "Main" has no messages

      Examples:
        | failure                                                                       |
        | answered with a web page                                                      |
        | answered with 201 and {}                                                      |
        | answered with 201 and []                                                      |
        | answered with 201 and "thanks"                                                |
        | answered with 201 and {"status": "queued"}                                    |
        | answered with 201 and {"id": null, "status": "queued"}                        |
        | answered with 201 and {"id": 0, "status": "queued"}                           |
        | answered with 201 and {"id": "", "status": "queued"}                          |
        | answered with 201 and {"uuid": "0199bb93-ec0f-703b-9b5b-d26d4b6b133c"}        |

    @since:4.17
    Scenario: A message goes out, but its answer is called plain text
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      And the next broadcast request is answered as text/plain
      When 10 minutes pass
      Then message 1 of the workspace "Main" is delivered
      And the message is in the state "received-by-gateway"
      And the message has no gateway reference

  Rule: Until CHT 4.13 the message is sent again instead

    Scenario Outline: CHT <release> meets the web page of a hotel's network
      Given a CHT <release> instance that sends through the workspace "Main"
      And a pending message
      And broadcast requests are answered with a web page
      When 5 minutes pass
      Then the gateway has made <requests> broadcast requests
      And the message is in the state "<state>"

      Examples:
        | release | requests | state               |
        | 4.13    | 5        | pending             |
        | 4.14    | 1        | received-by-gateway |
        | 5.2     | 1        | received-by-gateway |

  Rule: The reference is kept as RapidPro wrote it

    Scenario Outline: The reference <reference>
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And a pending message
      And the next broadcast request is answered with 201 and {"id": <reference>, "status": "queued"}
      When 1 minute passes
      Then message 1 has the gateway reference <reference>

      Examples:
        | reference                              |
        | 7                                      |
        | "7"                                    |
        | "0199bb93-ec0f-703b-9b5b-d26d4b6b133c" |
