Feature: Where people live
  A workspace knows the places of its country: its states, districts and wards. Flows find them in what people text.

  Background:
    Given a RapidPro workspace "Main"
    And the locations of "malawi.json"
    And the flows of "where-do-you-live.json"

  Scenario: A region and a district of it are found in texts
    Given +265991234567 has texted "HOME"
    When +265991234567 texts "in chigawo chapakati"
    Then RapidPro answers "And in which district?"
    When +265991234567 texts "near Lilongwe."
    Then RapidPro answers "Lilongwe, thank you."
    And the contacts are
      | phone         | region                  | district                           |
      | +265991234567 | Malawi > Central Region | Malawi > Central Region > Lilongwe |
    And the run has the result "District" "Malawi > Central Region > Lilongwe" in the category "Known"

  Scenario: A district of another region is none
    Given +265991234567 has texted "HOME", "Southern Region"
    When +265991234567 texts "Lilongwe"
    Then RapidPro answers "That is not in Southern Region. Which district?"
    When +265991234567 texts "zomba"
    Then RapidPro answers "Zomba, thank you."

  Scenario: A place that there is not is asked for again
    Given +265991234567 has texted "HOME"
    When +265991234567 texts "Kigali City"
    Then RapidPro answers "In which region do you live?"

  Scenario: The API lists all places
    When somebody asks the workspace "Main" for "/api/v2/boundaries.json"
    Then RapidPro answers with 10 results
