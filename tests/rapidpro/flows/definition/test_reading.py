from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from rapidpro_simulator.rapidpro.flows.definition import fields
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError, prefixed, read, read_typed, write

from .building import uuid

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Pill:
    colour: str = fields.text(required=True, check=fields.one_of(("red", "blue"), "colour"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    type: ClassVar[str] = "prescription"

    uuid: str = fields.uuid()
    note: str = fields.text(maximum=5, evaluated=True)
    addresses: list[str] = fields.texts(minimum=1, maximum=2, maximum_item=3)
    headers: dict[str, str] = fields.text_map(maximum=1, maximum_key=4, maximum_item=3)
    amounts: dict[str, Decimal] = fields.number_map()
    groups: list[Reference] = fields.references("group", maximum=2)
    field: Reference | None = fields.reference("field")
    pills: list[Pill] = fields.parts(Pill)
    urgent: bool = fields.flag()
    days: int = fields.integer()
    rest: Any = fields.json()


def document(**changes: Any) -> dict[str, Any]:
    return {"type": "prescription", "uuid": uuid(1), **changes}


def test_what_is_left_out_has_its_default() -> None:
    """Optional fields need not be there, and null is as good as nothing."""
    part = read(Prescription, document(note=None, groups=None))

    assert part == Prescription(uuid=uuid(1))
    assert (part.note, part.addresses, part.field, part.urgent, part.days) == ("", [], None, False, 0)


def test_what_is_read_can_be_written() -> None:
    """A part is written as it was read, without what is empty."""
    complete = document(
        note="@a",
        headers={"A": "b"},
        groups=[{"uuid": uuid(2), "name": "Mothers"}, {"name_match": "@fields.village"}],
        field={"key": "age", "name": "Age"},
        pills=[{"colour": "red"}],
        urgent=True,
    )

    assert write(read(Prescription, complete)) == complete


def test_numbers_are_exact() -> None:
    """Amounts are decimals of the digits that the JSON has."""
    assert read(Prescription, document(amounts={"USD": 0.1, "RWF": 500})).amounts == {
        "USD": Decimal("0.1"),
        "RWF": Decimal(500),
    }


NEITHER_OR_BOTH = (
    "field 'groups[0].uuid' is mutually exclusive with 'name_match', "
    "field 'groups[0].name_match' is mutually exclusive with 'uuid'"
)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"uuid": ""}, "field 'uuid' is required"),
        ({"uuid": "x"}, "field 'uuid' must be a valid UUID"),
        ({"note": "123456"}, "field 'note' must be less than or equal to 5"),
        ({"addresses": []}, "field 'addresses' must have a minimum of 1 items"),
        ({"addresses": ["a", "b", "c"]}, "field 'addresses' must have a maximum of 2 items"),
        ({"addresses": ["a", "1234"]}, "field 'addresses[1]' must be less than or equal to 3"),
        ({"headers": {"A": "a", "B": "b"}}, "field 'headers' must be less than or equal to 1"),
        ({"headers": {"A": "1234"}}, "field 'headers[A]' must be less than or equal to 3"),
        ({"headers": {"12345": "a"}}, "field 'headers[12345]' must be less than or equal to 4"),
        ({"groups": [{"uuid": "x"}]}, "field 'groups[0].uuid' must be a valid UUID"),
        ({"groups": [{"name": "Mothers"}]}, NEITHER_OR_BOTH),
        ({"groups": [{"uuid": uuid(1), "name": "Mothers", "name_match": "@fields.group"}]}, NEITHER_OR_BOTH),
        ({"field": {"name": "Age"}}, "field 'field.key' is required"),
        ({"pills": [{"colour": "red"}, {"colour": "green"}]}, "field 'pills[1].colour' is not a valid colour"),
        ({"note": 5}, "json: cannot unmarshal number into Go struct field note of type string"),
        ({"urgent": "yes"}, "json: cannot unmarshal string into Go struct field urgent of type bool"),
        ({"pills": {}}, "json: cannot unmarshal object into Go struct field pills of type list"),
        ({"uuid": "", "note": "123456"}, "field 'uuid' is required, field 'note' must be less than or equal to 5"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], complaint: str) -> None:
    """Everything that is wrong with the fields is said at once, in the words of RapidPro's engine."""
    with pytest.raises(DefinitionError) as refused:
        read(Prescription, document(**changes))

    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("given", "complaint"),
    [({}, "field 'type' is required"), (None, "field 'type' is required"), ({"type": "x"}, "unknown type: 'x'")],
)
def test_types(given: Any, complaint: str) -> None:
    """The type of a document says what it is; without a known one it cannot be read."""
    assert read_typed({"prescription": Prescription}, document()) == Prescription(uuid=uuid(1))
    assert read_typed({"prescription": lambda each: each["uuid"]}, document()) == uuid(1)
    with pytest.raises(DefinitionError) as refused:
        read_typed({"prescription": Prescription}, given)

    assert str(refused.value) == complaint


def test_errors_are_chained() -> None:
    """What was being read stands in front of what is wrong."""
    with (
        pytest.raises(DefinitionError, match=r"^unable to read node: unable to read router: no$"),
        prefixed("unable to read node"),
        prefixed("unable to read router"),
    ):
        raise DefinitionError("no")


def test_other_errors_are_not_chained() -> None:
    """A mistake of ours stays what it is."""
    with pytest.raises(KeyError), prefixed("unable to read node"):
        raise KeyError("no")
