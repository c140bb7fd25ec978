Feature: Web servers that flows ask
  Flows may ask any web server, and go on by what it answers.

  Background:
    Given a RapidPro workspace "Main"
    And the flows of "cht-incoming-message.json"
    And the global "cht_url" is "https://clinic.example.org"
    And the global "cht_api_key" is "the-key-of-the-clinic"

  Scenario: It answers
    Given the web server "clinic.example.org" answers 201 with {"id": "A-17"}
    When +265991234567 texts "My baby has a fever"
    Then RapidPro does not answer
    And RapidPro has made 1 webhook call that was answered with 201

  Scenario: It refuses, until it does not
    Given the web server "clinic.example.org" answers 401
    When +265991234567 texts "My baby has a fever"
    Then RapidPro answers "Your message could not be passed on. Please send it again later."
    When the web server "clinic.example.org" answers 200
    And +265991234567 texts "My baby has a fever"
    Then RapidPro does not answer
