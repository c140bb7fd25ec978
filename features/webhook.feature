Feature: The webhook for incoming messages
  A RapidPro flow posts each message of a phone to CHT, with a key in the Authorization header.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key

  Rule: A complete message with the right key is stored

    @since:4.1
    Scenario: A message is stored as it came
      When the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 200 with {"saved": 1}
      And the incoming messages are
        | from          | sms_message.message | sms_message.gateway_ref | errors |
        | +254712345678 | hello there         | run-1                   | []     |

    Scenario: The misspelt path of old releases still works
      When the webhook at "/api/v1/sms/radpidpro/incoming-messages" gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 200 with {"saved": 1}

    @until:4.0
    Scenario: Until 4.0 there is only the misspelt path
      When the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 401
      And CHT has no incoming messages

    @since:4.1
    Scenario: What else is in the body is ignored
      When the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there", "reported_date": 1, "type": "other"}
        """
      Then CHT answers 200 with {"saved": 1}
      And CHT has 1 incoming message

    @since:4.1
    Scenario: The first word counts as the code of a form, even where there is no such form
      When the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then the incoming messages are
        | sms_message.form | form |
        | HELLO            |      |

    @since:4.1
    Scenario: A message of blanks is stored, with an error
      When the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "   "}
        """
      Then CHT answers 200 with {"saved": 1}
      And CHT has 1 incoming message

  @since:4.1
  Rule: Without the right key nothing is stored

    Scenario: No authorization
      When the webhook gets, without authorization,
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 403 with "Missing authorization token"
      And CHT has no incoming messages

    Scenario Outline: The authorization "<authorization>" is answered with <error>
      When the webhook gets, with the authorization "<authorization>",
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 403 with "<error>"
      And CHT has no incoming messages

      Examples:
        | authorization              | error                       |
        | Token wrong                | Incorrect token             |
        | Token several wrong words  | Incorrect token             |
        | token wrong                | Missing authorization token |
        | Tokens wrong               | Missing authorization token |
        | Bearer wrong               | Missing authorization token |
        | Basic bWVkaWM6cGFzc3dvcmQ= | Missing authorization token |

    Scenario: A webhook without a key lets nobody in
      When the incoming key of CHT is deleted
      And the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 403 with "No incoming key configured"

    Scenario: A key that was saved with a newline never matches, which is a defect
      When the incoming key of CHT is "the-incoming-key-of-cht\n"
      And the webhook gets
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 403 with "Incorrect token"

  @since:4.1
  Rule: A message that is not complete is refused

    Scenario Outline: <what> is refused
      When the webhook gets
        """
        <body>
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has no incoming messages

      Examples:
        | what                      | body                                                      |
        | A message without an id   | {"from": "+254712345678", "content": "hello"}             |
        | An empty id               | {"id": "", "from": "+254712345678", "content": "hello"}   |
        | A message without sender  | {"id": "run-1", "content": "hello"}                       |
        | A message without content | {"id": "run-1", "from": "+254712345678"}                  |
        | An empty content          | {"id": "run-1", "from": "+254712345678", "content": ""}   |
        | Zero as the content       | {"id": "run-1", "from": "+254712345678", "content": 0}    |
        | Nothing at all            | {}                                                        |
        | A list                    | [{"id": "run-1", "from": "+254712345678", "content": ""}] |

    Scenario: A body that is not called JSON is not read
      When the webhook gets, as "text/plain",
        """
        {"id": "run-1", "from": "+254712345678", "content": "hello there"}
        """
      Then CHT answers 400 with "Message was not saved"

    Scenario: Malformed JSON is taken for an error of the server, which is a defect
      When the webhook gets
        """
        {"id": "run-1",
        """
      Then CHT answers 500 with "Server error"

    Scenario: Malformed JSON comes before the question of the key
      When the webhook gets, without authorization,
        """
        {"id": "run-1",
        """
      Then CHT answers 500 with "Server error"
