Feature: A CHT project as it lies on disk
  What cht-conf would deploy is deployed: settings, translations, forms, contacts. Documents of another CHT can follow.

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And the webhook of CHT has a key

  Scenario: Forms of a project are known
    Given the CHT project "clinic"
    When the webhook gets
      """
      {"id": "m1", "from": "+254712345678", "content": "PREG 12"}
      """
    Then the reports of CHT are
      | form | from          | fields.weeks |
      | PREG | +254712345678 | 12           |

  Scenario: People are answered in the words of a project
    Given the CHT project "clinic"
    When the webhook gets
      """
      {"id": "m1", "from": "+254712345678", "content": "Good morning"}
      """
    And 2 minutes pass
    Then +254712345678 receives "Thank you, we have got your message."

  Scenario: A project does not move the instance to its own RapidPro
    Given the CHT project "clinic"
    And a pending message to "+254712345678" with the text "Visit tomorrow"
    When 2 minutes pass
    Then +254712345678 receives "Visit tomorrow"

  Scenario: The health workers of a project are found by their phones
    Given the CHT project "clinic"
    When somebody asks CHT for "/api/v1/contacts-by-phone?phone=%2B254712345678"
    Then CHT answers the question with
      | docs.0.name   | docs.0.parent.name |
      | Akinyi Otieno | Kisumu             |

  Scenario: A project is deployed a second time
    Given the CHT project "clinic"
    When the CHT project "clinic" is deployed
    And somebody asks CHT for "/api/v1/contacts-by-phone?phone=%2B254712345678"
    Then CHT answers the question with
      | docs.0.name   | docs.1 |
      | Akinyi Otieno |        |

  Scenario: The users of a project log in
    Given the CHT project "clinic"
    When the user "nurse-asha" with the password "Kisumu-Road-8" asks CHT for "/api/v2/users/nurse-asha"
    Then CHT answers the question with
      | username   | roles                  |
      | nurse-asha | ["nurse", "mm-online"] |
    When the user "akinyi" with the password "Kisumu-Road-7" asks CHT for "/api/v2/users/akinyi"
    Then CHT answers the question with
      | roles   | place.name | contact.name  |
      | ["chw"] | Kisumu     | Akinyi Otieno |

  Scenario: Forms of the app and icons are deployed
    Given the CHT project "clinic"
    When somebody asks CHT for "/medic/form:follow_up"
    Then CHT answers the question with
      | title     | fields.2 | _attachments.xml.content_type |
      | follow_up | outcome  | application/xml               |
    When somebody asks CHT for "/medic/resources"
    Then CHT answers the question with
      | resources.icon-visit |
      | visit.svg            |

  Scenario: A health worker of a project submits a form
    Given the CHT project "clinic"
    And the user "akinyi" with the password "Kisumu-Road-7" has the app on a phone
    When the health worker "Akinyi Otieno" submits the form "follow_up"
      | field   | value |
      | outcome | well  |
    Then the reports of CHT are
      | form      | fields.outcome | from          |
      | follow_up | well           | +254712345678 |

  Scenario: Documents of another CHT
    Given the documents of "all-docs.json"
    And the documents of "old-reports.csv"
    Then CHT has 2 reports with the form "PREG"
    When somebody asks CHT for "/api/v1/contacts-by-phone?phone=%2B254798765432"
    Then CHT answers the question with
      | docs.0.name | docs.0.parent.name |
      | Baraka      | Household          |

  Scenario: App settings of a file
    Given the app settings of "clinic/app_settings/base_settings.json"
    And a pending message to "+254712345678" with the text "Visit tomorrow"
    When 2 minutes pass
    Then +254712345678 receives "Visit tomorrow"
