Feature: Asking for the messages of a broadcast
  A gateway asks for the messages of one broadcast. What RapidPro makes of odd questions surprises.

  Background:
    Given a RapidPro workspace "Main"
    And the workspace "Main" has sent 3 broadcasts of its own

  Scenario Outline: <what>
    When somebody asks the workspace "Main" for "/api/v2/messages.json?<query>"
    Then RapidPro answers with <count> results

    Examples:
      | what                                                      | query                   | count |
      | One broadcast has its own messages                        | broadcast=2             | 1     |
      | An unknown broadcast has none                             | broadcast=99            | 0     |
      | A negative number has none                                | broadcast=-1            | 0     |
      | An empty broadcast is no question: everybody's messages   | broadcast=              | 3     |
      | No broadcast at all: everybody's messages                 |                         | 3     |
      | Of two broadcasts the last counts                         | broadcast=1&broadcast=2 | 1     |
      | A time that cannot be read finds nothing                  | after=yesterday         | 0     |

  Scenario: A broadcast that is no number is an error of the server
    When somebody asks the workspace "Main" for "/api/v2/messages.json?broadcast=abc"
    Then RapidPro answers with the status 500

  Scenario: Two filters at once are refused
    When somebody asks the workspace "Main" for "/api/v2/messages.json?broadcast=1&folder=sent"
    Then RapidPro answers with the status 400
