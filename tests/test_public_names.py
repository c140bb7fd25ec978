"""The public face: the names that a project imports from `rapidpro_simulator`."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import rapidpro_simulator

NAMES = rapidpro_simulator.__all__
HEAVY = ("aiohttp", "docker", "faker", "freezegun", "jsonschema", "pytest")


def test_names_are_in_the_order_of_the_alphabet() -> None:
    """A reader finds them, and a diff shows what is new."""
    assert sorted(NAMES) == NAMES
    assert set(NAMES) <= set(dir(rapidpro_simulator))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there_and_says_what_it_is(name: str) -> None:
    """It can be imported, it is called so where it is defined, and it has a docstring of its own."""
    found = getattr(rapidpro_simulator, name)

    assert found.__name__ == name
    assert inspect.cleandoc(vars(found).get("__doc__") or found.__doc__ or "")[:1].isupper()


@pytest.mark.parametrize("name", NAMES)
def test_every_public_member_says_what_it_does(name: str) -> None:
    """The methods and properties that a public class defines have docstrings."""
    members = vars(getattr(rapidpro_simulator, name)).items()
    public = [(each, found) for each, found in members if inspect.isfunction(found) or isinstance(found, property)]

    assert [each for each, found in public if not each.startswith("_") and not inspect.getdoc(found)] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="module 'rapidpro_simulator' has no attribute 'Pigeon'"):
        rapidpro_simulator.Pigeon  # noqa: B018 (asking is what is tried)


def test_importing_the_package_imports_nothing_heavy() -> None:
    """Every command, and every pytest of a project that has the plugin, pays for it."""
    code = f"import sys, rapidpro_simulator; print([name for name in {HEAVY} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout == "[]\n"
