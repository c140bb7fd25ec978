"""The settings of an external channel: how RapidPro talks to an aggregator of one's own, and understands it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

METHODS = ("POST", "GET", "PUT")
SMART = "smart"
ENCODINGS = ("default", SMART, "unicode")
DEFAULT_BODY = "id={{id}}&text={{text}}&to={{to}}&to_no_plus={{to_no_plus}}&from={{from}}&channel={{channel}}"
DEFAULT_LENGTH = 160  # characters of a part


@dataclass(frozen=True)
class ExternalSettings:
    """What is set for an external channel; the names are those of RapidPro's own configuration.

    `send_url` and `send_body` are templates; without a URL nobody is called, and the simulated carrier decides what
    becomes of messages. `content_type` is `urlencoded`, `json`, `xml` or a whole media type. `max_length`: characters
    of a part. `mt_response_check`: what a good answer contains. `mo_response`: what whoever delivers a message is
    answered instead of courier's own JSON. `mo_*_field`: what its parameters are called, `from_xpath` and `text_xpath`
    where they are in a body of XML. `use_national`: numbers without the code of the country.

    Raises `ValueError` for a method or an encoding that there is not, and for a length below 1.
    """

    send_url: str = ""
    send_method: str = "POST"
    send_body: str = DEFAULT_BODY
    content_type: str = "urlencoded"
    send_authorization: str = ""
    send_headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    max_length: int = DEFAULT_LENGTH
    encoding: str = "default"
    use_national: bool = False
    mt_response_check: str = ""
    mo_response: str = ""
    mo_response_content_type: str = ""
    mo_from_field: str = ""
    mo_text_field: str = ""
    mo_date_field: str = ""
    from_xpath: str = ""
    text_xpath: str = ""

    def __post_init__(self) -> None:
        if self.send_method not in METHODS:
            raise ValueError(f"an external channel sends by {', '.join(METHODS)}, not by {self.send_method!r}")
        if self.encoding not in ENCODINGS:
            raise ValueError(f"an encoding is {', '.join(ENCODINGS)}, not {self.encoding!r}")
        if self.max_length < 1:
            raise ValueError(f"a part has at least one character, not {self.max_length}")
