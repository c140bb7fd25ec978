Feature: Requests of others
  What no sentence says can be sent as it is: by somebody, by CHT's administrator, or with the token of a workspace.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario: The administrator saves a document
    When the administrator sends PUT "/medic/visit" to "cht.example.org" with
      """
      {"type": "data_record", "reported_date": 1, "tasks": [{"state": "pending",
       "messages": [{"uuid": "visit-1", "to": "+254712345678", "message": "Visit tomorrow"}]}]}
      """
    And 3 minutes pass
    Then the message is in the state "delivered"

  Scenario: A system with the token of the workspace makes a group
    When the workspace "Main" sends POST "/api/v2/groups.json" to "textit.com" with
      """
      {"name": "Mothers"}
      """
    And the workspace "Main" broadcasts "Welcome" to the group "Mothers"
    Then the workspace "Main" has no messages

  Scenario: Somebody without authorization is told nothing
    When somebody sends GET "/medic/_all_docs" to "cht.example.org"
    Then CHT has no incoming messages
