Feature: An external channel
  RapidPro posts each message to the aggregator's URL and believes its answer; texts and reports come to RapidPro's own URL.
  All of it is HTTP, so it can go wrong as HTTP does.

  Background:
    Given a RapidPro workspace "Main"
    And the workspace "Main" sends through an external channel

  Rule: What the aggregator is asked is what the channel says

    Scenario: JSON with quick replies
      Given the external channel of the workspace "Main" has
        | setting      | value                                                          |
        | content_type | json                                                           |
        | send_body    | {"to": {{to}}, "text": {{text}}, "buttons": {{quick_replies}}} |
      And the flows of "registration.json"
      When +265991234567 texts "JOIN"
      Then the aggregator has got
        | method | content_type     | body                                                                                                        |
        | POST   | application/json | {"to": "+265991234567", "text": "Welcome! Which language do you speak?", "buttons": ["English","Chichewa"]} |

    Scenario: A long text goes out in parts
      Given the external channel of the workspace "Main" has
        | setting      | value      |
        | content_type | text/plain |
        | send_body    | {{text}}   |
        | max_length   | 20         |
      When the workspace "Main" broadcasts "The clinic opens at nine o'clock" to +265991234567
      Then the aggregator has got
        | body             |
        | The clinic opens |
        | at nine o'clock  |
      And the workspace "Main" has 1 message that is sent

  Rule: What the aggregator does not take is tried again

    Scenario: One bad minute
      Given the next aggregator request is answered with 500
      When the workspace "Main" broadcasts "The clinic opens at 9" to +265991234567
      Then the workspace "Main" has 1 message that is errored
      When 7 minutes pass
      Then the workspace "Main" has 1 message that is delivered

    @only:community
    Scenario: An answer that RapidPro does not expect, of an aggregator that never reports: the text goes out three times
      Given the external channel of the workspace "Main" has
        | setting           | value      |
        | content_type      | text/plain |
        | send_body         | {{text}}   |
        | mt_response_check | QUEUED     |
      And messages of the workspace "Main" become wired
      When the workspace "Main" broadcasts "The clinic opens at 9" to +265991234567
      And 20 minutes pass
      Then the workspace "Main" has 1 message that is failed
      And the aggregator has got
        | body                  |
        | The clinic opens at 9 |
        | The clinic opens at 9 |
        | The clinic opens at 9 |

  Rule: The aggregator brings texts and reports until RapidPro takes them

    Scenario: RapidPro is down for a while
      Given the flows of "registration.json"
      And RapidPro is down for 2 minutes
      When +265991234567 texts "JOIN"
      And 10 minutes pass
      Then RapidPro answers "Welcome! Which language do you speak?"
