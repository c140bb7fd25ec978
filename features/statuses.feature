Feature: What RapidPro's statuses mean to CHT
  RapidPro knows statuses, CHT knows states. CHT maps those that it knows, and takes any other for queued.

  Scenario Outline: A message that RapidPro <generation> calls <status> is <state> in CHT
    Given a RapidPro host "textit.com" of the generation "<generation>"
    And a RapidPro workspace "Main" on "textit.com"
    And the workspace "Main" sends through WhatsApp
    And a CHT instance that sends through the workspace "Main"
    And messages of the workspace "Main" become <carrier>
    And a pending message
    When 2 minutes pass
    Then message 1 of the workspace "Main" is <status>
    And the message is in the state "<state>"

    Examples:
      | generation | carrier   | status    | state                |
      | community  | nothing   | queued    | received-by-gateway  |
      | community  | wired     | wired     | forwarded-by-gateway |
      | community  | sent      | sent      | sent                 |
      | community  | delivered | delivered | delivered            |
      | community  | errored   | errored   | received-by-gateway  |
      | community  | failed    | failed    | failed               |

  @since:4.14 @gateway:cht
  Scenario Outline: A message that TextIt, as <generation> knows it, calls <status> is <state> in CHT
    Given a RapidPro host "textit.com" of the generation "<generation>"
    And a RapidPro workspace "Main" on "textit.com"
    And the workspace "Main" sends through WhatsApp
    And a CHT instance that sends through the workspace "Main"
    And messages of the workspace "Main" become <carrier>
    And a pending message
    When 2 minutes pass
    Then message 1 of the workspace "Main" is <status>
    And the message is in the state "<state>"

    Examples: in 2025
      | generation  | carrier   | status    | state                |
      | textit-2025 | nothing   | queued    | received-by-gateway  |
      | textit-2025 | wired     | wired     | forwarded-by-gateway |
      | textit-2025 | sent      | sent      | sent                 |
      | textit-2025 | delivered | delivered | delivered            |
      | textit-2025 | read      | read      | received-by-gateway  |
      | textit-2025 | errored   | errored   | received-by-gateway  |
      | textit-2025 | failed    | failed    | failed               |

    Examples: in 2026
      | generation  | carrier   | status    | state                |
      | textit-2026 | nothing   | queued    | received-by-gateway  |
      | textit-2026 | wired     | wired     | forwarded-by-gateway |
      | textit-2026 | sent      | sent      | sent                 |
      | textit-2026 | delivered | delivered | delivered            |
      | textit-2026 | read      | read      | received-by-gateway  |
      | textit-2026 | errored   | errored   | received-by-gateway  |
      | textit-2026 | failed    | failed    | failed               |

  @gateway:cht
  Scenario Outline: A broadcast that RapidPro answers with <status> leaves the message <state>
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the next broadcast request is answered with 201 and {"id": 7, "status": "<status>"}
    And a pending message
    When 1 minute passes
    Then the message is in the state "<state>"
    And message 1 has the gateway reference 7

    Examples:
      | status    | state                |
      | queued    | received-by-gateway  |
      | wired     | forwarded-by-gateway |
      | sent      | sent                 |
      | resent    | sent                 |
      | delivered | delivered            |
      | errored   | received-by-gateway  |
      | failed    | failed               |

  @since:4.14 @gateway:cht
  Scenario Outline: A broadcast that RapidPro answers with <status>, which CHT does not know, counts as queued
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the next broadcast request is answered with 201 and {"id": 7, "status": "<status>"}
    And a pending message
    When 1 minute passes
    Then the message is in the state "received-by-gateway"
    And message 1 has the gateway reference 7

    Examples:
      | status      |
      | pending     |
      | started     |
      | completed   |
      | interrupted |
      | read        |
