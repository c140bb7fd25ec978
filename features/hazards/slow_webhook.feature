@H12 @H9 @H11
Feature: The slow webhook
  Before CHT answers whoever hands over a message, it makes the pushes that the message asks for, one after the other.
  One that gets no answer takes 10 seconds. Whoever waits for less takes the message for lost, although CHT stores it.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT 5.2 instance that sends through the workspace "Main"
    And the webhook of CHT has a key
    And the flows of "cht-incoming-message.json"
    And the flows of "visit-reminder.json"
    And the flows of "daily-check-in.json"
    And the global "cht_url" is "https://cht.example.org"
    And the global "cht_api_key" is "the-incoming-key-of-cht"
    And the settings of CHT include
      """
      {"forms": {"FEVER": {"meta": {"code": "FEVER"}, "public_form": true, "fields": {
        "days": {"type": "integer", "labels": {"tiny": "days"}}}}}}
      """
    And CHT starts the flow "Visit reminder" of the workspace "Main" after the form "FEVER"

  Rule: Each push that gets no answer takes 10 seconds

    Scenario: RapidPro waits for 15 seconds, so one of them is not noticed
      Given the next flow-start request is never answered
      When +265991234567 texts "FEVER 3"
      And 20 seconds pass
      Then CHT answers 200
      And +265991234567 has got "Your message could not be passed on. Please send it again later." 0 times
      And CHT has 1 report with the form "FEVER"

    Scenario: Two of them are too many: the flow takes the message for lost, and CHT has it, which is a defect
      Given CHT starts the flow "Check-in enrolment" of the workspace "Main" after the form "FEVER"
      And the next 2 flow-start requests are never answered
      When +265991234567 texts "FEVER 3"
      And 20 seconds pass
      Then +265991234567 has got "Your message could not be passed on. Please send it again later."
      And CHT has 1 report with the form "FEVER"

  Rule: Who tries again finds either a refusal or a second copy

    Scenario: Once CHT has stored the message, the copy is refused like a mistake, which is a defect
      Given the next flow-start request is never answered
      When the webhook gets
        """
        {"id": "in-1", "from": "+265991234567", "content": "FEVER 3"}
        """
      Then CHT answers 200 with {"saved": 1}
      When the webhook gets
        """
        {"id": "in-1", "from": "+265991234567", "content": "FEVER 3"}
        """
      Then CHT answers 400 with "Message was not saved"
      And CHT has 1 report with the form "FEVER"

    Scenario: While CHT waits for the other system, the copy is stored as well, which is a defect
      Given the next 2 flow-start requests are never answered
      When the webhook gets 2 copies at the same time of
        """
        {"id": "in-1", "from": "+265991234567", "content": "FEVER 3"}
        """
      Then CHT answers 2 times 200
      And CHT has 2 reports with the form "FEVER"
