Feature: Keys
  CHT keeps the key that it shows to RapidPro, and the key that RapidPro has to show.
  It reads a key anew each time: a change counts at once, and a mistake too.

  Background:
    Given a RapidPro workspace "Main"

  Rule: Without a usable key nothing is sent, and nothing is lost

    Scenario: No key
      Given a CHT instance without keys
      And the outgoing URL of CHT is "https://textit.com"
      And 5 pending messages
      When 5 minutes pass
      Then the gateway has made no broadcast requests
      And the gateway has made no status requests
      And 5 messages are in the state "pending"

    @gateway:cht
    Scenario: A wrong key
      Given a CHT instance that sends through the workspace "Main"
      And the outgoing key of CHT is "not-a-token"
      And 5 pending messages
      When 3 minutes pass
      Then 15 broadcast requests were answered with 403
      And 5 messages are in the state "pending"

    @gateway:cht
    Scenario: A revoked key
      Given a CHT instance that sends through the workspace "Main"
      And the token of the workspace "Main" is deactivated
      And 5 pending messages
      When 1 minute passes
      Then 5 broadcast requests were answered with 403
      When the token of the workspace "Main" is reactivated
      And 2 minutes pass
      Then 5 messages are in the state "delivered"
      And the workspace "Main" has 5 messages

    @H13 @gateway:cht
    Scenario Outline: A key with <what> in it never leaves CHT, which is a defect
      Given a CHT instance that sends through the workspace "Main"
      And the outgoing key of CHT is "<key>"
      And 5 pending messages
      When 3 minutes pass
      Then the gateway has made no broadcast requests
      And 5 messages are in the state "pending"

      Examples:
        | what                 | key              |
        | a newline            | first\\nsecond   |
        | letters beyond Latin | ключ             |
        | curly quotation mark | “0123456789abc”  |

    @H13 @gateway:cht
    Scenario: A key with a newline in it starts the hot poll loop, which is a defect
      Given a CHT instance that sends through the workspace "Main"
      And these messages
        | state | gateway_ref |
        | sent  | 7           |
      When the outgoing key of CHT is "first\nsecond"
      And 1 minute passes
      Then the gateway has made no status requests
      And the gateway has made at least 100 CouchDB requests in the last 1 second

  @H13
  Rule: A newline at the end of a key, as editors leave it

    @since:4.17 @gateway:cht
    Scenario: CHT since 4.17 cuts it off the outgoing key
      Given a CHT instance that sends through the workspace "Main"
      And the outgoing key of CHT is the token of the workspace "Main" and a newline
      And a pending message
      When 2 minutes pass
      Then the message is in the state "delivered"

    @until:4.16 @gateway:cht
    Scenario: CHT until 4.16 sends nothing with such a key, which is a defect
      Given a CHT instance that sends through the workspace "Main"
      And the outgoing key of CHT is the token of the workspace "Main" and a newline
      And a pending message
      When 2 minutes pass
      Then the gateway has made no broadcast requests
      And the message is in the state "pending"

    @since:4.1
    Scenario: An incoming key that ends with a newline lets nobody in, which is a defect
      Given a CHT instance without keys
      And the incoming key of CHT is "the-incoming-key-of-cht\n"
      When the webhook gets
        """
        {"id": "in-1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 403 with "Incorrect token"
      And CHT has no incoming messages

  @gateway:cht
  Rule: A changed key counts from the next minute on, without a restart

    Scenario: From a wrong key to the right one
      Given a CHT instance that sends through the workspace "Main"
      And the outgoing key of CHT is "not-a-token"
      And 5 pending messages
      When 1 minute passes
      And the outgoing key of CHT is the token of the workspace "Main"
      And 2 minutes pass
      Then 5 messages are in the state "delivered"
      And the workspace "Main" has 5 messages

    Scenario: From the right key to a wrong one
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      When 2 minutes pass
      And the outgoing key of CHT is "not-a-token"
      And a pending message is added
      And 1 minute passes
      Then message 1 is in the state "delivered"
      And message 2 is in the state "pending"

    Scenario: A key that is deleted stops all sending
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      When the outgoing key of CHT is deleted
      And 5 minutes pass
      Then the gateway has made no broadcast requests
      And the message is in the state "pending"

    Scenario: A round that is under way keeps the key that it began with
      Given a CHT instance that sends through the workspace "Main"
      And broadcast requests are answered 5 seconds late
      And 5 pending messages
      When 62 seconds pass
      And the outgoing key of CHT is "not-a-token"
      And 30 seconds pass
      Then the workspace "Main" has 5 messages

  @gateway:cht
  Rule: The keys are locked with a secret of the database

    @since:4.0
    Scenario: When the secret changes, the keys are unusable until they are set again
      Given a CHT instance that sends through the workspace "Main"
      And a pending message
      When the secret of CouchDB is changed
      And 2 minutes pass
      Then the gateway has made no broadcast requests
      And the message is in the state "pending"
      When the outgoing key of CHT is the token of the workspace "Main"
      And 2 minutes pass
      Then the message is in the state "delivered"
