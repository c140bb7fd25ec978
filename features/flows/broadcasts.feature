Feature: Broadcasts with expressions
  The text of a broadcast is evaluated for each contact, with what RapidPro knows of the contact.

  Background:
    Given a RapidPro workspace "Main"
    And these contacts
      | phone         | name        | groups  | due_date   | village |
      | +265991234567 | Grace Banda | Mothers | 2026-03-20 | Area 25 |
      | +265997654321 |             | Mothers | 2026-03-04 |         |
    And the global "clinic" is "Nkhoma Clinic"

  Scenario Outline: <template>
    When the workspace "Main" broadcasts "<template>" to the group "Mothers"
    Then +265991234567 has got "<to Grace>"
    And +265997654321 has got "<to nobody's name>"

    Examples:
      | template                                            | to Grace                 | to nobody's name         |
      | Dear @contact.first_name!                           | Dear Grace!              | Dear !                   |
      | Dear @contact!                                      | Dear Grace Banda!        | Dear 0997 65 43 21!       |
      | Dear @(default(contact.first_name, "mother"))!      | Dear Grace!              | Dear mother!             |
      | You live in @fields.village.                        | You live in Area 25.     | You live in .            |
      | Come to @globals.clinic                             | Come to Nkhoma Clinic    | Come to Nkhoma Clinic    |
      | Due on @(format_date(fields.due_date, "DD-MM"))     | Due on 20-03             | Due on 04-03             |
      | @(if(contact.name = "Grace Banda", "Hi G", "Hi X")) | Hi G                     | Hi X                     |
      | Mail us: info@@example.org                          | Mail us: info@example.org | Mail us: info@example.org |
      | Wrong: @(1 / 0).                                    | Wrong: .                 | Wrong: .                 |
