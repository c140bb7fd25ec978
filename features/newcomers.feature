Feature: What somebody says first
  The sentences of those who write their first scenario, before they have read any list of them.

  Background:
    Given a RapidPro workspace "Kisumu"
    And a CHT instance that sends through the workspace "Kisumu"

  Scenario: A message reaches a phone
    Given a pending message to "+254712345678" with the text "Visit tomorrow"
    When 3 minutes pass
    Then +254712345678 receives "Visit tomorrow"

  Scenario: A message waits while RapidPro is down
    Given it is Friday at 17:00
    And RapidPro is down for 2 hours
    And a pending message to "+254712345678" with the text "Visit tomorrow"
    When 119 minutes pass
    Then the message is in the state "pending"
    When 3 minutes pass
    Then +254712345678 receives "Visit tomorrow"

  Scenario: Another system shares the quota of the workspace
    Given the workspace "Kisumu" may make 10 requests an hour in the scope "v2.messages"
    And another system polls the workspace "Kisumu" every 5 minutes
    When 1 hour passes
    Then the workspace "Kisumu" has no requests left in the scope "v2.messages"

  Scenario: A contact is in a group
    Given these contacts
      | phone         | groups  |
      | +254712345678 | Mothers |
    Then the contact +254712345678 is in the group "Mothers"
