@rule
Feature: Rules of incoming messages
  What somebody writes to the programme reaches CHT, once. A flow of RapidPro hands it over, to the gateway or to CHT.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @R25
  Rule: A text from a phone reaches CHT exactly once

    Scenario: A text is handed over
      When a flow hands over "My baby has a fever" from +254712345678 as "in-1"
      Then within 10 minutes CHT has 1 incoming message
      And the flow has been told each time that its text was taken
      And the incoming messages are
        | from          | sms_message.message |
        | +254712345678 | My baby has a fever |
      When a flow hands over "She is better" from +254712345678 as "in-2"
      Then within 10 minutes CHT has 2 incoming messages

    @R25a @H9
    Scenario: The first answer was lost, and the flow hands it over once more
      When a flow hands over "My baby has a fever" from +254712345678 as "in-1" twice
      Then within 10 minutes CHT has 1 incoming message
      And the flow has been told each time that its text was taken
      When a flow hands over "She is better" from +254712345678 as "in-2"
      Then within 10 minutes CHT has 2 incoming messages

    @R25b @H10
    Scenario: The id of the text is that of a message that was sent
      Given a pending message
      Then within 10 minutes the message is in the state "delivered"
      When a flow hands over "My baby has a fever" from +254712345678 as 1
      Then within 10 minutes CHT has 1 incoming message
      When a flow hands over "She is better" from +254712345678 as "in-2"
      Then within 10 minutes CHT has 2 incoming messages

    @R25c @H11
    Scenario: Copies arrive at the same time
      Given message-storing requests are answered 1 second late
      When a flow hands over "My baby has a fever" from +254712345678 as "in-1" in 4 calls at the same time
      And 10 minutes pass
      Then CHT has 1 incoming message
      When a flow hands over "She is better" from +254712345678 as "in-2"
      Then within 10 minutes CHT has 2 incoming messages

    @R25e
    Scenario: The gateway is restarted while it brings the text to CHT
      Given message-storing requests are answered 5 seconds late
      When a flow hands over "My baby has a fever" from +254712345678 as "in-1"
      And 1 second passes
      And the gateway is restarted
      And 10 minutes pass
      Then CHT has 1 incoming message
      When a flow hands over "She is better" from +254712345678 as "in-2"
      Then within 10 minutes CHT has 2 incoming messages

    @R25d
    Scenario: The text arrives while CHT cannot store it
      Given message-storing requests are answered with 503 for 10 minutes
      When a flow hands over "My baby has a fever" from +254712345678 as "in-1"
      Then within 2 hours CHT has 1 incoming message
      When a flow hands over "She is better" from +254712345678 as "in-2"
      Then within 10 minutes CHT has 2 incoming messages
