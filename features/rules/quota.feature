@rule
Feature: Rules of the quota
  RapidPro answers so many requests an hour. A gateway spends them on messages, and leaves RapidPro alone when it is
  told to.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  @R9 @H18
  Rule: Whoever is told to come back later when it sends comes back later, and loses nothing

    Scenario: RapidPro refuses to send for half an hour
      Given broadcast requests are answered with 429 and Retry-After 1800 for 30 minutes
      And 10 pending messages
      Then within 2 hours 10 messages are in the state "delivered"
      And 20 minutes later every message has been sent once
      And the gateway has never come back before it was told to
      And the gateway still works

    Scenario: More messages than the quota allows
      Given a RapidPro host "small.example.org" with the rate profile "shared-2500"
      And a RapidPro workspace "Small" on "small.example.org"
      And the workspace "Small" may make 20 requests an hour in the scope "v2"
      When the instance is switched to the workspace "Small"
      And 30 pending messages are added
      Then within 6 hours every message has been sent once
      And the gateway has never come back before it was told to
      And the gateway still works

  @R10
  Rule: Whoever is told to come back later when it asks comes back later

    Scenario: RapidPro refuses to answer for half an hour
      Given messages of the workspace "Main" become wired, sent
      And 10 pending messages
      Then within 30 minutes 10 messages are in the state "sent"
      Given status requests are answered with 429 and Retry-After 1800 for 30 minutes
      When 30 minutes pass
      Then the gateway has never come back before it was told to
      When the carrier reports message 1 of the workspace "Main" as delivered
      Then within 2 hours 1 message is in the state "delivered"
      And the gateway still works

  @R11
  Rule: Open messages leave quota for new ones

    Scenario: 500 messages without a final state, and a quota of 500 requests an hour
      Given a RapidPro host "shared.example.org" with the rate profile "shared-2500"
      And a RapidPro workspace "Shared" on "shared.example.org"
      And the workspace "Shared" may make 500 requests an hour in the scope "v2"
      And messages of the workspace "Shared" become wired, sent
      When the instance is switched to the workspace "Shared"
      And 500 pending messages are added
      Then within 8 hours the workspace "Shared" has 500 messages
      When 1 hour passes
      And a pending message to "+254712345678" with the text "Come today" is added
      Then within 10 minutes the workspace "Shared" has 501 messages
      And in the next 1 hour the gateway makes at most 100 RapidPro requests
      And the gateway still works

  @R12 @H8
  Rule: A message that nobody reports on is asked about less and less, and not for ever

    Scenario: A carrier without delivery reports
      Given the workspace "Main" sends through an aggregator without delivery reports
      And a pending message
      Then within 10 minutes every message has been sent once
      And in the next 7 days the gateway makes at most 100 status requests
      When 1 day passes
      Then in the next 1 day the gateway makes no status requests
      When a pending message is added
      Then within 10 minutes every message has been sent once
      And within 30 minutes 2 messages are in the state "forwarded-by-gateway"
      And the gateway still works
