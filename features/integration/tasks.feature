Feature: Tasks of health workers
  CHT's server computes no tasks: the app on a phone does, from what it has. A report becomes a task once the phone
  of the health worker has it, and is done when the form that the task asks for has been submitted.

  Background:
    Given a CHT instance without keys
    And these people in CHT
      | name        | phone         | place   |
      | Grace Banda | +265991234567 | Area 25 |
    And these health workers
      | name  | phone         | place   |
      | Joyce | +265991111111 | Area 25 |
    And these tasks of health workers are declared
      | task  | after the form | with            | completed by | due | from | until |
      | Visit | triage         | outcome = refer | follow_up    | 1   | 0    | 0     |

  Scenario: A task is shown from its day on, until the form is submitted
    Given the health worker has submitted the form "triage" about "Grace Banda"
      | field   | value |
      | outcome | refer |
    Then the health worker has no tasks
    When 1 day passes
    Then the health worker "Joyce" has 1 task "Visit" about "Grace Banda"
    When the health worker "Joyce" completes the task "Visit" about "Grace Banda"
    Then the health worker has no tasks
    And the task "Visit" of the health worker "Joyce" is Completed

  Scenario: A report that asks for nothing makes no task
    Given the health worker has submitted the form "triage" about "Grace Banda"
      | field   | value |
      | outcome | home  |
    When 1 day passes
    Then the health worker has no tasks

  Scenario: A task that nobody does has failed
    Given the health worker has submitted the form "triage" about "Grace Banda"
      | field   | value |
      | outcome | refer |
    When 1 day passes
    Then a task is created for the health worker
    When 1 day passes
    Then the task "Visit" of the health worker is Failed
    And the health worker has no tasks

  Scenario: What is done without a network arrives when the phone has one again
    Given the phone of the health worker is offline
    When the health worker submits the form "triage" about "Grace Banda"
      | field   | value |
      | outcome | refer |
    And 1 day passes
    Then the health worker has 1 task "Visit"
    When the phone of the health worker is online again
    Then the health worker has 1 task "Visit"
