"""Documents are filled in with the people and places they name, and written without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.lineage import Lineage, LineageError, minified, subject_of
from tests.support.document_store import run

if TYPE_CHECKING:
    from tests.support.document_store import InProcessStore

Document = dict[str, Any]

DISTRICT: Document = {"_id": "district"}
CENTER: Document = {"_id": "center", "parent": DISTRICT}
HOUSEHOLD: Document = {"_id": "household", "parent": CENTER}
PEOPLE: list[Document] = [
    {"_id": "district", "type": "district_hospital", "name": "West", "contact": {"_id": "manager", "parent": DISTRICT}},
    {"_id": "manager", "type": "person", "name": "Dorcas", "parent": DISTRICT},
    {"_id": "center", "type": "health_center", "name": "Kisii", "place_id": "20019", "parent": DISTRICT},
    {
        "_id": "household",
        "type": "clinic",
        "name": "Otieno",
        "contact": {"_id": "worker", "parent": HOUSEHOLD},
        "parent": CENTER,
        "linked_docs": {"mentor": "manager", "lost": "nobody"},
    },
    {"_id": "worker", "type": "person", "name": "Akinyi", "phone": "+254711000003", "parent": HOUSEHOLD},
    {"_id": "patient", "type": "person", "name": "Baraka", "patient_id": "51114", "parent": HOUSEHOLD},
]
REPORT: Document = {
    "_id": "report",
    "type": "data_record",
    "form": "V",
    "contact": {"_id": "worker", "parent": HOUSEHOLD},
    "fields": {"patient_id": "51114"},
}


@pytest.fixture
def lineage(store: InProcessStore) -> Lineage:
    run(store.bulk_docs(PEOPLE))
    store.asked.clear()
    return Lineage(store)


def hydrated(lineage: Lineage, document: Document) -> Document:
    [result] = run(lineage.hydrate([document]))
    return result


def test_a_report_has_its_contact_with_all_places_above(lineage: Lineage) -> None:
    """The contact of a report, the places above it and their primary contacts are there in full."""
    contact = hydrated(lineage, REPORT)["contact"]

    assert contact["name"] == "Akinyi"
    assert contact["parent"]["name"] == "Otieno"
    assert contact["parent"]["contact"]["phone"] == "+254711000003"
    assert contact["parent"]["parent"]["parent"]["contact"]["name"] == "Dorcas"


def test_a_subject_is_found_by_its_shortcode(lineage: Lineage) -> None:
    """A report gets the patient whose shortcode it names, with places, primary contacts and linked documents."""
    patient = hydrated(lineage, REPORT)["patient"]

    assert (patient["_id"], patient["parent"]["contact"]["name"]) == ("patient", "Akinyi")
    assert patient["parent"]["linked_docs"]["mentor"]["name"] == "Dorcas"
    assert patient["parent"]["parent"]["parent"]["contact"]["name"] == "Dorcas"


@pytest.mark.parametrize("report", [{"fields": {"patient_uuid": "patient"}}, {"fields": {}, "patient_id": "patient"}])
def test_a_subject_is_found_by_its_id(lineage: Lineage, report: Document) -> None:
    """What is no shortcode is an id, and `patient_uuid` and a top-level `patient_id` name a patient as well."""
    assert hydrated(lineage, {**REPORT, **report})["patient"]["name"] == "Baraka"


def test_a_place_is_a_subject_too(lineage: Lineage) -> None:
    """The place that a report names is filled in; `place_uuid` does not count."""
    assert hydrated(lineage, {**REPORT, "fields": {"place_id": "20019"}})["place"]["name"] == "Kisii"
    assert "place" not in hydrated(lineage, {**REPORT, "fields": {"place_uuid": "center"}})


def test_whoever_is_missing_stays_an_id(lineage: Lineage) -> None:
    """A contact that does not exist is left as the document has it; there is no patient then."""
    contact = {"_id": "gone", "parent": HOUSEHOLD}

    report = hydrated(lineage, {**REPORT, "contact": contact, "fields": {"patient_id": "00000"}})

    assert (report["contact"]["_id"], report["contact"]["parent"]["name"]) == ("gone", "Otieno")
    assert "patient" not in report


def test_the_chain_in_the_document_counts(lineage: Lineage) -> None:
    """The places above a contact are those that the document itself names, whatever the parents say."""
    person = {"_id": "new", "type": "person", "parent": {"_id": "household", "parent": {"_id": "district"}}}

    assert hydrated(lineage, person)["parent"]["parent"]["name"] == "West"


def test_sentinel_leaves_plain_messages_and_others_alone(lineage: Lineage, store: InProcessStore) -> None:
    """Sentinel reads a report filled in, a message without form as it is, and nothing where there is nothing."""
    message = {"_id": "message", "type": "data_record", "contact": {"_id": "worker"}}
    run(store.bulk_docs([REPORT, message]))

    assert (run(lineage.read("report")) or {})["patient"]["name"] == "Baraka"
    assert (run(lineage.read("message")) or {})["contact"] == {"_id": "worker"}
    assert hydrated(lineage, message)["contact"]["name"] == "Akinyi"
    assert run(lineage.read("nothing")) is None


def test_the_original_is_left_alone(lineage: Lineage) -> None:
    """What is filled in is a copy, to its depths."""
    report = {**REPORT, "tasks": []}

    hydrated(lineage, report)["tasks"].append({})

    assert (report["tasks"], report["contact"]) == ([], REPORT["contact"])


def test_a_report_costs_few_requests(lineage: Lineage, store: InProcessStore) -> None:
    """Contact and patient are found with one view, a request for whom it names, and one for whom those name."""
    hydrated(lineage, REPORT)

    assert store.asked == ["view", "all_docs", "all_docs"]


def test_what_is_written_names_only_ids(lineage: Lineage) -> None:
    """A report is written without its patient, its contact as a chain of ids; reading and writing change nothing."""
    assert minified(hydrated(lineage, REPORT)) == REPORT
    household = PEOPLE[3]
    assert minified(hydrated(lineage, household)) == household


def test_a_circle_of_places_is_an_error() -> None:
    """Places that stand above each other without end cannot be written."""
    place: Document = {"_id": "a"}
    place["parent"] = place

    with pytest.raises(LineageError, match="Could not minify a, possible parent recursion"):
        minified({"type": "person", "parent": place})


def test_the_first_name_of_a_subject_counts() -> None:
    """A report that names its patient twice means the field `patient_id`."""
    assert subject_of({"fields": {"patient_uuid": "b", "patient_id": "a"}, "patient_id": "c"}, "patient") == "a"
    assert subject_of({"fields": None}, "patient") is None
