@rule
Feature: Rules of states
  CHT knows what became of each message, as far as RapidPro knows it.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @R5
  Rule: The state in CHT follows what RapidPro knows

    Scenario: From the queue to the phone
      Given messages of the workspace "Main" become nothing
      And a pending message
      Then within 10 minutes the message is in the state "received-by-gateway"
      When the carrier reports message 1 of the workspace "Main" as wired
      Then within 30 minutes the message is in the state "forwarded-by-gateway"
      When the carrier reports message 1 of the workspace "Main" as sent
      Then within 30 minutes the message is in the state "sent"
      When the carrier reports message 1 of the workspace "Main" as delivered
      Then within 1 hour the message is in the state "delivered"
      And the gateway still works

    Scenario: A message that the carrier cannot deliver has failed
      Given messages of the workspace "Main" become wired, failed
      And a pending message
      Then within 30 minutes the message is in the state "failed"
      And every message has been sent once
      And the gateway still works

    Scenario: A message that RapidPro takes its time to make
      Given making messages takes the workspace "Main" 20 minutes
      And a pending message
      Then within 2 hours the message is in the state "delivered"
      And every message has been sent once
      And the gateway still works

  @R6
  Rule: What is final stays final

    Scenario: Nobody asks about a message that was delivered
      Given 5 pending messages
      Then within 30 minutes 5 messages are in the state "delivered"
      And in the next 6 hours the gateway makes no status requests
      When a pending message is added
      Then within 30 minutes 6 messages are in the state "delivered"
      And the gateway still works

    Scenario: Nobody asks about a message that failed
      Given messages of the workspace "Main" become failed
      And 5 pending messages
      Then within 30 minutes 5 messages are in the state "failed"
      And in the next 6 hours the gateway makes no status requests
      When a pending message is added
      Then within 30 minutes 6 messages are in the state "failed"
      And the gateway still works

    Scenario: A late report changes nothing
      Given a pending message
      Then within 30 minutes the message is in the state "delivered"
      When the carrier reports message 1 of the workspace "Main" as sent
      And 2 hours pass
      Then the message is in the state "delivered"
      And a final state is never left
      When a pending message is added
      Then within 30 minutes 2 messages are in the state "delivered"
      And the gateway still works

    @R6a @H14
    Scenario: A message that was delivered is not sent again, whatever CHT's documents say
      Given a pending message
      Then within 30 minutes the message is in the state "delivered"
      When message 1 is set to "pending"
      Then within 1 hour the message is in the state "delivered"
      And 20 minutes later every message has been sent once
      When a pending message is added
      Then within 30 minutes 2 messages are in the state "delivered"
      And the gateway still works

  @R7 @H17
  Rule: A message that was read is delivered

    Scenario: It is read before anybody knew that it was delivered
      Given a RapidPro host "whatsapp.example.org" of the generation "textit-2026"
      And a RapidPro workspace "WhatsApp" on "whatsapp.example.org"
      And the workspace "WhatsApp" sends through WhatsApp
      And messages of the workspace "WhatsApp" become wired, sent, read
      When the instance is switched to the workspace "WhatsApp"
      And a pending message is added
      Then within 30 minutes the message is in the state "delivered"
      And the gateway still works

  @R8 @H17
  Rule: A status that nobody knows does no harm: no message goes back, and nobody hammers

    Scenario: RapidPro invents a status
      Given messages of the workspace "Main" become wired, sent
      And a pending message
      Then within 30 minutes the message is in the state "sent"
      Given status requests are answered with 200 and {"next": null, "previous": null, "results": [{"id": 1, "broadcast": 1, "status": "pondering", "direction": "out", "created_on": "2026-03-02T08:01:00Z"}]}
      Then in the next 2 hours the gateway makes at most 200 status requests
      And the message is in the state "sent"
      When nothing goes wrong any more
      And the carrier reports message 1 of the workspace "Main" as delivered
      Then within 3 hours the message is in the state "delivered"
      And no message has gone back
      And the gateway still works
