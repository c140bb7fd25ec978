@H9 @H10 @H11
Feature: Copies of an incoming message
  RapidPro may hand over an incoming message more than once. CHT knows a copy by its id, but answers it like an error,
  and cannot tell two copies apart that come at the same time.

  Background:
    Given a CHT 5.2 instance without keys
    And the webhook of CHT has a key

  Rule: A copy is refused like a mistake, which is a defect

    Scenario: The second copy is not stored, and the caller is told that the message was not saved
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 200 with {"saved": 1}
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has 1 incoming message

    Scenario: A caller whose first answer was lost learns that the message was not saved, although it was
      Given the next webhook request is answered with 504 after its side effect
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      And the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has 1 incoming message

    Scenario: A second message with the id of the first is lost, which is a defect
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      And the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "something else"}
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has 1 incoming message

  Rule: An id that a sent message has already is taken, which is a defect

    Scenario Outline: The id <id> beside a sent message with the reference <reference> is answered with <status>
      Given these messages
        | state     | gateway_ref |
        | delivered | <reference> |
      When the webhook gets
        """
        {"id": <id>, "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers <status>
      And CHT has <stored> incoming messages

      Examples:
        | reference | id   | status | stored |
        | 7         | 7    | 400    | no     |
        | "7"       | "7"  | 400    | no     |
        | 7         | "7"  | 200    | 1      |
        | "7"       | 7    | 200    | 1      |
        | 7         | 8    | 200    | 1      |

  Rule: Copies that come at the same time are stored more than once, which is a defect

    Scenario: Four copies at once become four messages
      Given message-storing requests are answered 1 second late
      When the webhook gets 4 copies at the same time of
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 4 times 200
      And CHT has 4 incoming messages
