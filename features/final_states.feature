Feature: Final states
  A message in a final state is done: CHT never asks about it again.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario Outline: A message that is <state> is never asked about
    Given these messages
      | state   | gateway_ref |
      | <state> | 7           |
    When 1 hour passes
    Then the gateway has made no status requests
    And the message is in the state "<state>"

    Examples:
      | state        |
      | delivered    |
      | failed       |
      | denied       |
      | muted        |
      | cleared      |
      | duplicate    |
      | unrecognised |

  @gateway:cht
  Scenario Outline: A message that is <state> is asked about every minute
    Given these messages
      | state   | gateway_ref |
      | <state> | 7           |
    When 10 minutes pass
    Then the gateway has made 10 status requests

    Examples:
      | state                |
      | received-by-gateway  |
      | forwarded-by-gateway |
      | sent                 |

  Scenario Outline: A message that is <state> is not asked about, although it is not final
    Given these messages
      | state   | gateway_ref | due                      |
      | <state> | 7           | 2027-01-01T00:00:00.000Z |
    When 10 minutes pass
    Then the gateway has made no status requests

    Examples:
      | state     |
      | scheduled |
      | clear     |

  Scenario: A message without a reference is never asked about
    Given these messages
      | state |
      | sent  |
    When 10 minutes pass
    Then the gateway has made no status requests

  Scenario: Asking stops with the answer that is final
    Given a pending message
    When 1 hour passes
    Then the message is in the state "delivered"
    And the gateway has made 1 status request
