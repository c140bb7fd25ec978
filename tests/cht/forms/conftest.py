"""Forms of a made-up project, and what reports of them are read with."""

from __future__ import annotations

from typing import Any

NOW = 1_772_438_400_000  # 2026-03-02 08:00 UTC


def field(kind: str, tiny: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": kind, "labels": {"tiny": tiny}, **more}


SETTINGS: dict[str, Any] = {
    "default_country_code": 254,
    "forms": {
        "TEST": {"fields": {"name": field("string", {"en": "SD", "ne": "ND"}), "number": field("integer", "AN")}},
        "NOTE": {"fields": {"age": field("integer", "AGE", required=True), "text": field("string", "TXT")}},
        "STOCK": {
            "facility_reference": "facility",
            "fields": {
                "facility": field("string", "FC"),
                "stock.ors": field("integer", "OR", required=True),
                "days.out.ors": field("integer", "DO"),
            },
        },
        "NEPAL": {
            "fields": {
                "year": field("bsYear", "Y"),
                "month": field("bsMonth", "M"),
                "day": field("bsDay", "D"),
                "date": field("bsAggreDate", "DATE"),
            }
        },
        "TYPES": {
            "fields": {
                "date": field("date", "D"),
                "flag": field("boolean", "F"),
                "month": field("month", "M"),
                "phone": field("phone_number", "P"),
                "choice": field("integer", "C", list=[[1, {"en": "Yes", "sw": "Ndiyo"}], [2, "No"]]),
                "word": field("string", "W", list=[["g", "Good"], ["b", {"en": "Bad"}]]),
                "day": field("bsDate", "B"),
                "patient_id": field("string", "ID"),
                "whatever": field("mystery", "X"),
                "part": field("complex", "Z"),
            }
        },
    },
}
