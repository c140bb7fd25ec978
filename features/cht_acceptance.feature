Feature: What CHT's own acceptance tests assert
  The 15 cases of CHT's end-to-end test of its RapidPro gateway, in their order. Whatever stands in for CHT's gateway
  has to pass them, too.

  Background:
    Given a RapidPro host "textit.com" of the generation "community"
    And a RapidPro workspace "Main" on "textit.com"

  Rule: Messages from phones

    Scenario: 1. Without a stored key nobody is let in
      Given a CHT 5.2 instance without keys
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 403 with "No incoming key configured"

    Scenario: 2. A caller without authorization is turned away
      Given a CHT 5.2 instance without keys
      And the webhook of CHT has a key
      When the webhook gets, without authorization,
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 403 with "Missing authorization token"

    Scenario: 3. A caller with a wrong token is turned away
      Given a CHT 5.2 instance without keys
      And the webhook of CHT has a key
      When the webhook gets, with the authorization "Token this is not the key",
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 403 with "Incorrect token"

    Scenario: 4. A caller who calls the token something else is turned away
      Given a CHT 5.2 instance without keys
      And the webhook of CHT has a key
      When the webhook gets, with the authorization "Tokens the-incoming-key-of-cht",
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 403 with "Missing authorization token"

    Scenario: 5. A message without an id is not saved
      Given a CHT 5.2 instance without keys
      And the webhook of CHT has a key
      When the webhook gets
        """
        {"from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has no incoming messages

    Scenario: 6. A message is saved under the id that it came with
      Given a CHT 5.2 instance without keys
      And the webhook of CHT has a key
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 200 with {"saved": 1}
      And the incoming messages are
        | from          | sms_message.message | sms_message.gateway_ref |
        | +254712345678 | hello               | in-1                    |

    Scenario: 7. A report in a message is read
      Given a CHT 5.2 instance without keys
      And the webhook of CHT has a key
      And the settings of CHT include
        """
        {"forms": {"TEST": {"fields": {"name": {"type": "string", "labels": {"tiny": "SD"}},
                                       "number": {"type": "integer", "labels": {"tiny": "AN"}}}}}}
        """
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "TEST SD Grace#AN 5"}
        """
      Then the incoming messages are
        | form | fields.name | fields.number |
        | TEST | Grace       | 5             |

  @gateway:cht
  Rule: Sending

    Scenario: 8. Without a key nothing is sent
      Given a CHT 5.2 instance without keys
      And the outgoing URL of CHT is "https://textit.com"
      And 5 pending messages
      When 2 minutes pass
      Then the gateway has made no broadcast requests

    Scenario: 9. Pending messages are sent, others are not
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And these messages
        | text  | state   |
        | one   | pending |
        | two   | pending |
        | three | pending |
        | four  | pending |
        | five  | pending |
        | six   | sent    |
      When 2 minutes pass
      Then the gateway has made 5 broadcast requests
      And every broadcast request carries one number, a text and the token of the workspace "Main"
      And message 5 of the workspace "Main" reads "five"

    Scenario: 10. The answer to a broadcast gives the message its state and its reference
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And 5 pending messages
      And the 1st broadcast request is answered with 201 and {"id": "broadcast1", "status": "queued"}
      And the 2nd broadcast request is answered with 201 and {"id": "broadcast2", "status": "queued"}
      And the 3rd broadcast request is answered with 201 and {"id": "broadcast3", "status": "sent"}
      And the 4th broadcast request is answered with 201 and {"id": "broadcast4", "status": "failed"}
      And the 5th broadcast request is answered with 201 and {"id": "broadcast5"}
      When 1 minute passes
      Then the messages are
        | state               | details | gateway_ref  |
        | received-by-gateway | Queued  | "broadcast1" |
        | received-by-gateway | Queued  | "broadcast2" |
        | sent                | Sent    | "broadcast3" |
        | failed              | Failed  | "broadcast4" |
        | received-by-gateway | Queued  | "broadcast5" |

  @gateway:cht
  Rule: Asking what became of the messages

    Scenario Outline: 11. The status <status> gives the message the state <state>
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And these messages
        | state               | gateway_ref |
        | received-by-gateway | 7           |
      And the next status request is answered with 200 and {"results": [{"id": 1, "status": "<status>"}]}
      When 1 minute passes
      Then the messages are
        | state   | details   | gateway_ref |
        | <state> | <details> | 7           |

      Examples:
        | status    | state                | details   |
        | queued    | received-by-gateway  | Queued    |
        | wired     | forwarded-by-gateway | Wired     |
        | sent      | sent                 | Sent      |
        | delivered | delivered            | Delivered |
        | resent    | sent                 | Resent    |
        | errored   | received-by-gateway  | Errored   |
        | failed    | failed               | Failed    |

    Scenario: 12. Messages in other states, or without a reference, are not asked about
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And these messages
        | state               | gateway_ref |
        | scheduled           | 1           |
        | delivered           | 2           |
        | failed              | 3           |
        | denied              | 4           |
        | cleared             | 5           |
        | muted               | 6           |
        | duplicate           | 7           |
        | received-by-gateway |             |
        | sent                |             |
      When 5 minutes pass
      Then the gateway has made no status requests

    Scenario: 13. Asking goes on until the message is delivered, and leaves a trace of each state
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And the next broadcast request is answered with 201 and {"id": 7, "status": "queued"}
      And a pending message
      When 1 minute passes
      And nothing goes wrong any more
      And status requests are answered with 200 and {"results": [{"status": "wired"}]} for 1 minute
      And 1 minute passes
      And status requests are answered with 200 and {"results": [{"status": "sent"}]} for 1 minute
      And 1 minute passes
      And status requests are answered with 200 and {"results": [{"status": "errored"}]} for 1 minute
      And 1 minute passes
      And status requests are answered with 200 and {"results": [{"status": "resent"}]} for 1 minute
      And 1 minute passes
      And status requests are answered with 200 and {"results": [{"status": "delivered"}]}
      And 10 minutes pass
      Then the message has been through the states pending, received-by-gateway, forwarded-by-gateway, sent, received-by-gateway, sent, delivered
      And the gateway has made no status requests in the last 9 minutes

    Scenario: 14. 90 messages that become final are asked about 90 times
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And 90 messages in the state "sent" with gateway references from 1
      And status requests are answered with 200 and {"results": [{"status": "delivered"}]}
      When 10 minutes pass
      Then 90 messages are in the state "delivered"
      And the gateway has made 90 status requests

    Scenario: 15. A refusal for the quota ends the asking, and the next time goes on from there
      Given a CHT 5.2 instance that sends through the workspace "Main"
      And 30 messages in the state "sent" with gateway references from 1
      And the next 10 status requests are answered with 200 and {"results": [{"status": "delivered"}]}
      And status requests are answered with 429
      When 1 minute passes
      Then 10 messages are in the state "delivered"
      And the gateway has made at most 12 status requests
      When nothing goes wrong any more
      And the next 10 status requests are answered with 200 and {"results": [{"status": "delivered"}]}
      And status requests are answered with 429
      And 1 minute passes
      Then 20 messages are in the state "delivered"
      And the gateway has made at most 24 status requests
