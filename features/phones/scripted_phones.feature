Feature: Phones that do something by themselves
  Phones are switched off and lose their SIM, and robots answer what they get. What RapidPro hears of it is the same whether
  its channel is a model or an aggregator on the wire.

  Rule: A phone that is off gets its messages later

    Scenario Outline: An hour without power, with <channel>
      Given a RapidPro workspace "Main"
      And the workspace "Main" sends through <channel>
      When +265991234567 is off for 1 hour
      And the workspace "Main" broadcasts "The clinic opens at 9" to +265991234567
      And 30 minutes pass
      Then the workspace "Main" has 1 message that is sent
      When 31 minutes pass
      Then the workspace "Main" has 1 message that is delivered

      Examples:
        | channel             |
        | an aggregator       |
        | an external channel |

  Rule: A number that nobody has any more cannot be reached

    Scenario Outline: A lost SIM, with <channel>
      Given a RapidPro workspace "Main"
      And the workspace "Main" sends through <channel>
      When +265991234567 loses its SIM
      And the workspace "Main" broadcasts "The clinic opens at 9" to +265991234567
      And 1 minute passes
      Then the workspace "Main" has 1 message that is failed

      Examples:
        | channel             |
        | an aggregator       |
        | an external channel |

  Rule: A scripted phone goes through a flow by itself

    Scenario Outline: A registration, with <channel>
      Given a RapidPro workspace "Main"
      And the workspace "Main" sends through <channel>
      And the flows of "registration.json"
      And +265991234567 answers by itself
        | message            | answer      |
        | Welcome!*          | English     |
        | What is your name? | Grace Banda |
        | How many children* | 2           |
      When +265991234567 texts "JOIN"
      And 2 minutes pass
      Then the run in "Registration" is completed

      Examples:
        | channel             |
        | an aggregator       |
        | an external channel |

    Scenario: A robot and a flow that asks again talk for ever, but for RapidPro's guard
      Given a RapidPro workspace "Main"
      And the workspace "Main" sends through an external channel
      And the flows of "registration.json"
      And messages of the workspace "Main" become delivered
      And 60396 answers every message by itself with "We do not understand"
      When 60396 texts "JOIN"
      And 10 minutes pass
      Then the workspace "Main" has at least 1 message that is failed
