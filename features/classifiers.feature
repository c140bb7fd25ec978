Feature: Classifiers
  RapidPro 9 and before could ask a service what a text means. Its API tells which services a workspace has.

  Scenario: A classifier is listed
    Given a RapidPro host "rapidpro.example.org" of the generation "community"
    And RapidPro workspaces "Main" on "rapidpro.example.org"
    And the classifier "Helpline" of the type "wit" with the intents "fever", "appointment"
    When somebody asks the workspace "Main" for "/api/v2/classifiers.json"
    Then RapidPro answers with 1 results
