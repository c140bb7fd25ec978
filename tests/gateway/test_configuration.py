"""What the gateway is told, and the sentence for everything that cannot be used."""

from __future__ import annotations

import json
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

from cht_rapidpro_gateway.configuration import Category, Configuration, ConfigurationError, load, read

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = Path(__file__).parents[2] / "gateway" / "gateway.example.toml"
NEEDED: Mapping[str, Any] = {
    "cht": {"url": "https://cht.example.org", "user": "gateway", "password": "a password"},
    "rapidpro": {"url": "https://textit.com", "token": "A0B1"},
}


def _with(section: str, **settings: Any) -> dict[str, Any]:
    return {**NEEDED, section: {**NEEDED.get(section, {}), **settings}}


def test_the_environment_alone_is_enough_and_wins() -> None:
    """Every setting has a variable; types are read from text."""
    environment = {f"GATEWAY_{s}_{n}".upper(): v for s, values in NEEDED.items() for n, v in values.items()}
    environment |= {"GATEWAY_QUOTA_SHARED": "false", "GATEWAY_INCOMING_PORT": "9", "GATEWAY_DATABASE": "/data/x"}
    settings = read(_with("incoming", port=8), environment)
    assert (settings.quota.shared, settings.incoming.port, str(settings.database)) == (False, 9, "/data/x")
    assert settings.cht.user == "gateway"


@pytest.mark.parametrize(
    ("document", "environment", "sentence"),
    [
        ({}, {}, "cht.url is missing: set it in the file, or as GATEWAY_CHT_URL"),
        ({**NEEDED, "chat": {}}, {}, "there is no setting 'chat'"),
        ({**NEEDED, "log": "info"}, {}, "log is a section, not 'info'"),
        ({**NEEDED, "database": ""}, {}, "database is '', and must be the path of a file"),
        ({**NEEDED, "category": {"text": "x"}}, {}, "category is a list of tables: [[category]] in the file"),
        (NEEDED, {"GATEWAY_CATEGORY": "{"}, "category is a list of tables"),
        ({**NEEDED, "category": [{"text": "("}]}, {}, "category[0].text is '(', and must be a regular expression: "),
        ({**NEEDED, "category": [{"too_old": "never"}]}, {}, "category[0].too_old is 'never', and can be"),
        ({**NEEDED, "category": [{}, {"form": "x"}]}, {}, "there is no setting category[1].form"),
        ({**NEEDED, "database": 7}, {}, "database is 7, and must be the path of a file"),
        (NEEDED, {"GATEWAY_DATABASE": ":memory:"}, "GATEWAY_DATABASE is ':memory:', and must be the path of a file"),
        (NEEDED, {"GATEWAY_CHT": "x"}, "there is no setting for the environment variable GATEWAY_CHT"),
        (_with("cht", urls="x"), {}, "there is no setting cht.urls"),
        (_with("cht", url="cht.example.org"), {}, "cht.url is 'cht.example.org', and must be a URL such as"),
        (_with("cht", url="https://h:99999"), {}, "cht.url is no URL"),
        (_with("cht", url="https://u:p@h"), {}, "cht.url has a user or a password in it"),
        (_with("cht", url="https://h/?a=1"), {}, "and must be a URL such as https://example.org"),
        (_with("cht", user="a:b"), {}, "cht.user has a colon, and must not"),
        (_with("cht", user=""), {}, "cht.user is empty"),
        (_with("cht", password="x\n"), {}, "cht.password begins or ends with blanks"),
        (_with("rapidpro", token=" x"), {}, "rapidpro.token begins or ends with blanks"),
        (_with("rapidpro", token="a\nb"), {}, "characters that cannot be in a header"),
        (_with("rapidpro", token="é"), {}, "rapidpro.token has characters that cannot be in a header"),
        (_with("rapidpro", token=""), {}, "rapidpro.token is empty"),
        (NEEDED, {"GATEWAY_RAPIDPRO_TOKEN": ""}, "GATEWAY_RAPIDPRO_TOKEN is empty"),
        (_with("rapidpro", escape="yes"), {}, "rapidpro.escape is 'yes', and can be true or false"),
        (_with("quota", sends_per_hour=0), {}, "quota.sends_per_hour is 0, and must be a number above zero"),
        (_with("quota", sends_per_hour=2.5), {}, "quota.sends_per_hour is 2.5, and must be a number above zero"),
        (_with("quota", sends_per_hour=True), {}, "quota.sends_per_hour is True, and must be a number above zero"),
        (NEEDED, {"GATEWAY_POLICY_GIVE_UP_DAYS": "inf"}, "GIVE_UP_DAYS is inf, and must be a number above zero"),
        (NEEDED, {"GATEWAY_POLICY_GIVE_UP_DAYS": "a week"}, "is 'a week', and must be a number above zero"),
        (_with("policy", ambiguous="ask"), {}, "policy.ambiguous is 'ask', and can be 'send' or 'fail'"),
        (_with("incoming", port=65_536), {}, "incoming.port is 65536, and can be 65535 at most"),
        (_with("incoming", host=""), {}, "incoming.host is empty"),
        (_with("incoming", token=5), {}, "incoming.token is 5, and must be a text"),
    ],
)
def test_what_cannot_be_used_is_told(document: dict[str, Any], environment: dict[str, str], sentence: str) -> None:
    """Every bad setting has its sentence, that says what is possible."""
    with pytest.raises(ConfigurationError) as error:
        read(document, environment)
    assert sentence in str(error.value)


def test_all_problems_are_told_at_once() -> None:
    """Whoever puts one right is not sent for the next."""
    with pytest.raises(ConfigurationError) as error:
        read({}, {"GATEWAY_LOG_LEVEL": "loud"})
    assert str(error.value).count("\n") == 5


def test_no_secret_is_told() -> None:
    """A secret that cannot be used is not repeated, and one that can is not in what is printed."""
    with pytest.raises(ConfigurationError) as error:
        read(_with("rapidpro", token="geheim\n"), {})
    assert "geheim" not in str(error.value)
    assert "A0B1" not in repr(read(NEEDED, {}))


@pytest.mark.parametrize("content", [None, b"cht = ", b"\xff"])
def test_a_file_that_cannot_be_read_is_told(content: bytes | None, tmp_path: Path) -> None:
    """Whether it is not there, or is no TOML."""
    path = tmp_path / "gateway.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"gateway\.toml"):
        load(path, {})


def test_the_example_has_every_setting_with_its_default_and_its_comment() -> None:
    """It is complete and right, so nobody needs to look into the code."""
    document = tomllib.loads(EXAMPLE.read_text())
    assert isinstance(load(EXAMPLE, {}), Configuration)
    for name, kind in get_type_hints(Configuration).items():
        if name == "database":
            assert document[name] == str(Configuration.__dataclass_fields__[name].default)
            continue
        if name == "category":
            assert name not in document  # there is none, unless somebody writes one
            continue
        assert list(document[name]) == [each.name for each in fields(kind)], name
        defaults = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
        assert {key: document[name][key] for key in defaults} == defaults


def test_categories() -> None:
    """They are tables of the file, or JSON of the environment; each has the settings of its own."""
    tables = [{"text": "^ALERT", "too_old": "send"}, {"recipient": "^254", "too_old_hours": 2}]
    wanted = (Category(text="^ALERT", too_old="send"), Category(recipient="^254", too_old_hours=2.0))
    assert read({**NEEDED, "category": tables}, {}).category == wanted
    assert read(NEEDED, {"GATEWAY_CATEGORY": json.dumps(tables)}).category == wanted
    assert read(NEEDED, {}).category == ()


def test_the_category_of_the_example() -> None:
    """What stands there as a comment can be used as it is."""
    lines = EXAMPLE.read_text().partition("# [[category]]")[2].partition("\n\n")[0].splitlines()
    document = tomllib.loads("\n".join(["[[category]]", *(line.removeprefix("# ") for line in lines[1:])]))
    [category] = read({**NEEDED, **document}, {}).category
    assert category == Category("(?i)^(alert|danger)", r"^\+254", 24.0, "send")


def test_the_comments_of_the_example_are_those_of_the_code() -> None:
    """What a setting means is said once, in the same words."""
    source = (EXAMPLE.parent / "cht_rapidpro_gateway" / "configuration.py").read_text()
    example = EXAMPLE.read_text()
    comments = [line.split("  # ")[1] for line in source.splitlines() if ": " in line and "  # " in line]
    told = [comment for comment in comments if "noqa" not in comment]
    assert len(told) > 10
    assert [comment for comment in told if comment not in example] == []


def test_a_file_and_the_environment(tmp_path: Path) -> None:
    """Both are read, a file as UTF-8 wherever it is; the environment wins."""
    file = tmp_path / "gateway.toml"
    file.write_text(
        """
        [cht]
        url = "http://cht.example.org"
        user = "gatew\u00e4y"
        password = "pass"
        [rapidpro]
        url = "https://textit.com"
        token = "a"
        """,
        encoding="utf-8",
    )
    environment = {"GATEWAY_RAPIDPRO_TOKEN": "b", "GATEWAY_QUOTA_SHARED": "False", "GATEWAY_RAPIDPRO_ESCAPE": "TRUE"}
    configuration = load(file, environment)
    assert (configuration.cht.url, configuration.cht.user) == ("http://cht.example.org", "gatew\u00e4y")
    assert (configuration.rapidpro.token, configuration.rapidpro.escape) == ("b", True)
    assert configuration.quota.shared is False
    with pytest.raises(ConfigurationError, match="GATEWAY_QUOTA_SHARED is 'perhaps', and can be true or false"):
        load(file, {"GATEWAY_QUOTA_SHARED": "perhaps"})
