@since:4.1
Feature: Passing messages on to CHT
  A flow posts every text that nobody else takes to CHT's webhook, with the address and the key from globals.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"

  Rule: A text that arrives is stored once, and nobody is bothered

    Scenario: A text arrives in CHT
      When +265991234567 texts "My baby has a fever"
      Then RapidPro does not answer
      And CHT answers 200
      And the incoming messages are
        | from          | sms_message.message | errors |
        | +265991234567 | My baby has a fever | []     |
      And the run in "CHT incoming message" is completed
      And the run has the result "CHT" "200" in the category "Success"

    Scenario: The misspelt path of old releases works as well
      Given any other message starts the flow "CHT incoming message before 4.1"
      When +265991234567 texts "My baby has a fever"
      Then CHT answers 200
      And the run in "CHT incoming message before 4.1" is completed
      And CHT has 1 incoming message

    Scenario: Each text is a run of its own
      When +265991234567 texts "My baby has a fever"
      And +265991234567 texts "It began yesterday"
      And +265997654321 texts "Hello"
      Then the incoming messages are
        | from          | sms_message.message |
        | +265991234567 | My baby has a fever |
        | +265991234567 | It began yesterday  |
        | +265997654321 | Hello               |
      And the flow "CHT incoming message" has 3 runs that are completed

    Scenario: The same text twice within three seconds is a copy
      When these texts arrive at once
        | from          | text                |
        | +265991234567 | My baby has a fever |
        | +265991234567 | My baby has a fever |
      Then CHT has 1 incoming message

    Scenario: Whatever is in a text arrives unchanged
      When +265991234567 texts "He said: "39° @home", \ and then ♥"
      Then the incoming messages are
        | sms_message.message                |
        | He said: "39° @home", \ and then ♥ |

    Scenario: A report that is written as a text becomes a report
      Given the settings of CHT include
        """
        {"forms": {"PREG": {"meta": {"code": "PREG", "label": {"en": "Pregnancy"}}, "fields": {
          "weeks": {"type": "integer", "labels": {"tiny": {"en": "weeks"}}},
          "name": {"type": "string", "labels": {"tiny": {"en": "name"}}}}}}}
        """
      When +265991234567 texts "preg 12 Grace Banda"
      Then the reports of CHT are
        | form | from          | fields.weeks | fields.name |
        | PREG | +265991234567 | 12           | Grace Banda |

    Scenario: CHT's own reply goes back through RapidPro
      Given the settings of CHT include
        """
        {"transitions": {"default_responses": true}, "default_responses": {"start_date": "2026-01-01"}}
        """
      When +265991234567 texts "My baby has a fever"
      And 2 minutes pass
      Then RapidPro answers "Your message has arrived and will be read soon."
      And 1 message is in the state "delivered"

  Rule: Where CHT does not take a text, the flow says so, and the text is lost

    Scenario Outline: CHT is <down>
      Given webhook requests are <down>
      When +265991234567 texts "My baby has a fever"
      Then RapidPro answers "Your message could not be passed on. Please send it again later."
      And the run has the result "CHT" "<value>" in the category "Failure"
      When nothing goes wrong any more
      And 1 hour passes
      Then CHT has no incoming messages

      Examples:
        | down              | value |
        | refused           | 0     |
        | reset             | 0     |
        | never answered    | 0     |
        | answered with 500 | 500   |
        | answered with 503 | 503   |

    Scenario: Somebody else's web page, answered with 200, passes for success
      Given webhook requests are answered with a web page
      When +265991234567 texts "My baby has a fever"
      Then the run has the result "CHT" "200" in the category "Success"
      And RapidPro does not answer
      And CHT has no incoming messages

    Scenario: CHT refuses the key
      Given the global "cht_api_key" is "a-key-that-nobody-knows"
      When +265991234567 texts "My baby has a fever"
      Then CHT answers 403
      And RapidPro answers "Your message could not be passed on. Please send it again later."
      And CHT has no incoming messages

  Rule: A slow CHT is waited for, but not longer than 15 seconds

    Scenario: CHT takes 12 seconds
      Given webhook requests are answered 12 seconds late
      When +265991234567 texts "My baby has a fever"
      Then RapidPro does not answer
      And CHT has 1 incoming message

    Scenario: CHT takes 20 seconds, and keeps what RapidPro calls lost
      Given webhook requests are answered 20 seconds late
      When +265991234567 texts "My baby has a fever"
      Then RapidPro answers "Your message could not be passed on. Please send it again later."
      And CHT has no incoming messages
      When 10 seconds pass
      Then CHT has 1 incoming message

    Scenario: What a slow CHT has done it has done at once
      Given the next webhook request is answered 60 seconds late after its side effect
      When +265991234567 texts "My baby has a fever"
      And 5 seconds pass
      Then CHT has 1 incoming message

    Scenario Outline: A call that is <failure> is not made again
      Given the next webhook request is <failure>
      When +265991234567 texts "My baby has a fever"
      Then RapidPro has made 1 webhook call
      And RapidPro answers "Your message could not be passed on. Please send it again later."
      When 1 minute passes
      Then CHT has <kept> incoming messages

      Examples:
        | failure                                            | kept |
        | answered with 503                                  | 0    |
        | answered with 500 after its side effect            | 1    |
        | answered with 503 20 seconds late                  | 0    |
        | answered with 503 9 seconds late after its side effect | 1 |
        | answered with malformed JSON 30 seconds late       | 1    |
        | refused                                            | 0    |
        | never answered                                     | 0    |
        | never answered after its side effect               | 1    |
        | answered 20 seconds late                           | 1    |
        | answered 20 seconds late after its side effect     | 1    |

    Scenario: While CHT is slow, further texts of the same phone wait, and those of others do not
      Given webhook requests are answered 12 seconds late
      When these texts arrive at once
        | from          | text                |
        | +265991234567 | My baby has a fever |
        | +265991234567 | It began yesterday  |
        | +265997654321 | Hello               |
      Then RapidPro has made 2 webhook calls
      When 30 seconds pass
      Then RapidPro has made 3 webhook calls that were answered with 200
      And CHT has 3 incoming messages
