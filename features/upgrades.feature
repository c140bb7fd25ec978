Feature: Upgrading CHT
  An instance changes its release while messages wait, or are on their way. All documents stay; the processes begin anew,
  and do from then on what the new release does.

  Background:
    Given a RapidPro workspace "Main"

  Rule: The keys of CHT 3 are lost

    @gateway:cht
    Scenario: An upgrade in the middle of a backlog
      Given a CHT 3.17 instance that sends through the workspace "Main"
      And 60 pending messages
      When 1 minute passes
      Then 25 messages are in the state "received-by-gateway"
      When the CHT instance is upgraded to 4.2
      And 1 hour passes
      Then 35 messages are in the state "pending"
      When the outgoing key of CHT is the token of the workspace "Main"
      And 3 minutes pass
      Then no messages are in the state "pending"
      And the workspace "Main" has 60 messages

    Scenario: RapidPro's flow needs its key again
      Given a CHT 3.17 instance that sends through the workspace "Main"
      And the webhook of CHT has a key
      When the CHT instance is upgraded to 4.2
      And the webhook gets
        """
        {"id": "m1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 403 with "No incoming key configured"

    Scenario: Keys of CHT 4 are kept
      Given a CHT 4.2 instance that sends through the workspace "Main"
      And 30 pending messages
      When 1 minute passes
      And the CHT instance is upgraded to 5.2
      And 3 minutes pass
      Then no messages are in the state "pending"
      And the workspace "Main" has 30 messages

  Rule: The gateway does what the new release does

    @gateway:cht
    Scenario: A message that RapidPro refuses is given up
      Given a CHT 4.13 instance that sends through the workspace "Main"
      And a pending message to "nobody"
      When 5 minutes pass
      Then the gateway has made 5 broadcast requests
      And the message is in the state "pending"
      When the CHT instance is upgraded to 4.14
      And 5 minutes pass
      Then the gateway has made 6 broadcast requests
      And the message is in the state "failed"

    Scenario: The path that CHT misspelt has a second one
      Given a CHT 4.0 instance that sends through the workspace "Main"
      And the webhook of CHT has a key
      When the CHT instance is upgraded to 4.1
      And the webhook gets
        """
        {"id": "m1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 200 with {"saved": 1}

  Rule: A copy of a message that was accepted is not new to the new release

    Scenario: A webhook that is called again after the upgrade
      Given a CHT 4.2 instance that sends through the workspace "Main"
      And the webhook of CHT has a key
      When the webhook gets
        """
        {"id": "m1", "from": "+254712345678", "content": "hello"}
        """
      And the CHT instance is upgraded to 5.2
      And the webhook gets
        """
        {"id": "m1", "from": "+254712345678", "content": "hello"}
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has 1 incoming message
