"""Tables are read by their header: the order of the columns never matters, and a wrong column is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rapidpro_simulator.steps.subjects import the_instance, the_workspace
from rapidpro_simulator.steps.words import UnknownWordError, UnreadableError

from rapidpro_simulator.testing.expectations import ExpectationError

from .saying import BACKGROUND, say

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

TABLES = [
    "Given these messages",
    "Given these people in CHT",
    "Given these contacts",
    "When these texts arrive at once",
]
EXPECTED = ["Then the messages are", "Then the contacts are"]
DOCUMENTS = ["Then the incoming messages are", "Then the reports of CHT are"]


@pytest.mark.parametrize(
    ("sentence", "table", "complaint"),
    [
        (TABLES[0], "| phone | text |\n| +254712345678 | Hello |", "a column 'phone'; there are: to, text, state"),
        (TABLES[0], "| to | txet |\n| +254712345678 | Hello |", "did you mean 'text'?"),
        (TABLES[0], "| to | state |\n| +254712345678 | pendnig |", "did you mean 'pending'?"),
        (TABLES[1], "| name | phone | place | age |\n| G | +265991234567 | A | 3 |", "a column 'age'"),
        (TABLES[2], "| phone | nmae |\n| +254712345678 | Grace |", "did you mean 'name'?"),
        (TABLES[2], "| phone | group |\n| +254712345678 | Mothers |", "did you mean 'groups'?"),
        (TABLES[3], "| form | text |\n| +265991234567 | hello |", "the table lacks the column 'from'"),
        (EXPECTED[0], "| sate |\n| delivered |", "did you mean 'state'"),
        (EXPECTED[0], "| state |\n| deliverd |", "did you mean 'delivered'"),
        (EXPECTED[1], "| phone | nmae |\n| +254712345678 | |", "did you mean 'name'?"),
    ],
)
def test_a_wrong_column_names_the_right_ones(
    request: pytest.FixtureRequest, sentence: str, table: str, complaint: str
) -> None:
    """What is no column is not left out, nor taken for another one."""
    say(request, *BACKGROUND)

    with pytest.raises((UnknownWordError, UnreadableError)) as raised:
        say(request, sentence, block=table)

    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("sentence", "header"),
    [
        (TABLES[0], "| to |"),
        (TABLES[1], "| name | phone | place |"),
        (TABLES[2], "| phone |"),
        (TABLES[3], "| from | text |"),
        (EXPECTED[0], "| state |"),
        (EXPECTED[1], "| phone |"),
        (DOCUMENTS[0], "| from |"),
        (DOCUMENTS[1], "| form |"),
    ],
)
def test_an_empty_table_is_refused(request: pytest.FixtureRequest, sentence: str, header: str) -> None:
    """A header alone would say nothing, and be true."""
    say(request, *BACKGROUND)

    with pytest.raises(UnreadableError, match="the table is empty"):
        say(request, sentence, block=header)


@pytest.mark.parametrize("sentence", [*TABLES, *EXPECTED, *DOCUMENTS])
def test_a_column_stands_once(request: pytest.FixtureRequest, sentence: str) -> None:
    """Of two columns of one name nobody knows which counts."""
    header = ["phone", "name", "place", "from", "text"]
    say(request, *BACKGROUND)

    with pytest.raises(UnreadableError, match="the column 'text' more than once"):
        say(request, sentence, block=f"| {' | '.join([*header, 'text'])} |\n| a | b | c | d | e | f |")


@pytest.mark.parametrize(
    "columns", [("name", "phone", "place"), ("place", "phone", "name"), ("phone", "name", "place")]
)
def test_people_in_any_order_of_columns(request: pytest.FixtureRequest, columns: tuple[str, ...]) -> None:
    """The number is never saved as the name."""
    grace = {"name": "Grace Banda", "phone": "+265991234567", "place": "Area 25"}
    say(
        request,
        *BACKGROUND,
        "Given these people in CHT",
        block=f"| {' | '.join(columns)} |\n| {' | '.join(grace[name] for name in columns)} |",
    )

    documents = the_instance(request.getfixturevalue("simulation")).documents()
    assert [(each["name"], each["phone"]) for each in documents if each.get("type") == "person"] == [
        ("Grace Banda", "+265991234567")
    ]


def test_texts_in_any_order_of_columns(request: pytest.FixtureRequest, simulation: Simulation) -> None:
    """The text is never taken for the number."""
    say(request, *BACKGROUND, "When these texts arrive at once", block="| text | from |\n| hello | +265991234567 |")

    (message,) = the_workspace(simulation).messages
    assert (message.text, str(message.urn)) == ("hello", "tel:+265991234567")


def test_a_field_with_a_name_like_a_column(request: pytest.FixtureRequest, simulation: Simulation) -> None:
    """Said as `fields.NAME`, it is created, and found again under both names."""
    say(request, *BACKGROUND, "Given these contacts", block="| phone | fields.names |\n| +265991234567 | two |")

    assert the_workspace(simulation).contacts.by_urn("tel:+265991234567").fields["names"] == "two"
    for column in ("names", "fields.names"):
        say(request, "Then the contacts are", block=f"| phone | {column} |\n| +265991234567 | two |")


@pytest.mark.parametrize("column", ["feilds.weeks", "sms_message.mesage", "eror"])
def test_an_empty_cell_of_a_misspelt_property_is_no_proof(request: pytest.FixtureRequest, column: str) -> None:
    """What no document has and none could have is an error, not an empty text."""
    say(request, *BACKGROUND, "Given the webhook of CHT has a key")
    say(request, "When the webhook gets", block='{"id": "1", "from": "+265991234567", "content": "Fever"}')

    with pytest.raises(UnknownWordError, match="no property of the incoming messages is called"):
        say(request, "Then the incoming messages are", block=f"| from | {column} |\n| +265991234567 |  |")


@pytest.mark.parametrize("table", ["| text | from |\n| a | b |", ""])
def test_answers_are_one_column(request: pytest.FixtureRequest, table: str) -> None:
    """The table of answers has a text in each line, and nothing beside it."""
    say(request, *BACKGROUND, 'When +265991234567 texts "hello"')

    with pytest.raises((UnreadableError, ExpectationError)):
        say(request, "Then RapidPro answers", block=table or "||")
