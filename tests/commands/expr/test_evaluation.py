"""The command `expr`: an expression is worth what it is in RapidPro; what goes wrong is said in RapidPro's words."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from tests.commands.clinic import CommandLine
from tests.commands.serving import COMMAND
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path, monkeypatch, capsys)


TEXTS = [
    ("@(upper(contact.first_name))", "ASHA"),
    ("Dear @contact, you are @fields.age.", "Dear Asha Mwangi, you are 29."),
    ("@results.age is @results.age.category", "29 is Valid"),
    ("@input.text from @urns.tel by @contact.channel", "I am 29 from tel:+254712345678 by Clinic line"),
    ("@(format_date(fields.due_date))", "14-05-2026"),
    ("@(today()) @trigger.keyword @globals.clinic @(count(contact.groups))", "2026-03-02 i Kisumu North 1"),
    ("me@example.org, @@contact, @nobody, @contact", "me@example.org, @contact, @nobody, Asha Mwangi"),
    ('@(has_phone("0712 345 678").match)', "+254712345678"),
    (
        '@(prompt("translate", "eng", "swa"))',
        "Translate the message from eng to swa. Give back the translation alone.",
    ),
]


@pytest.mark.parametrize(("template", "text"), TEXTS)
def test_a_template_becomes_a_text(run: CommandLine, template: str, text: str) -> None:
    """Somebody with a name, fields, results and a message is there to try expressions on."""
    ended = run("expr", template)

    assert (ended.code, ended.output, ended.errors) == (0, f"{text}\n", "")


VALUES = [
    ("@(1 + 2)", "number 3"),
    ("@(upper(contact.first_name))", 'text "ASHA"'),
    ("@fields.village", "null"),
    ("@(fields.age > 18)", "boolean true"),
    ("@(array(1, 2))", "array [1,2]"),
    ("@(object())", "object {}"),
    ("@(today())", "date 2026-03-02"),
    ("@(now())", "datetime 2026-03-02T11:00:00.000000+03:00"),
    ('@(time("10:30"))', "time 10:30:00.000000"),
    ("@(upper)", "function upper"),
    ("Hi @contact", 'text "Hi Asha Mwangi"'),
    ('@(has_text("yes"))', 'object {"match":"yes"}  (by default boolean true)'),
    ("@(extract_object(results, 'age'))", None),
]


@pytest.mark.parametrize(("template", "shown"), VALUES)
def test_a_value_is_shown_with_its_type(run: CommandLine, template: str, shown: str | None) -> None:
    """With --value a lone expression keeps its type, and objects and arrays are JSON; an error is none."""
    ended = run("expr", "--value", template)

    assert ended.output == ("" if shown is None else f"{shown}\n")
    assert ended.code == (shown is None)


def test_what_an_object_stands_for_is_shown(run: CommandLine) -> None:
    """An object with a default says what it is as a text."""
    assert run("expr", "--value", "@results.age").output.endswith('  (by default text "29")\n')


WRONG = [
    (("@(1 / 0)",), "\n", "error evaluating @(1 / 0): division by zero"),
    (("a@(1 / 0)b",), "ab\n", "error evaluating @(1 / 0): division by zero"),
    (("--value", "@(1 / 0)"), "", "error evaluating @(1 / 0): division by zero"),
    (("@contact.nme",), "\n", "error evaluating @contact.nme: object has no property 'nme'"),
    (("@(nme)",), "\n", "error evaluating @(nme): context has no property 'nme'"),
    (("@(upper(1, 2))",), "\n", "error calling upper(...): need 1 argument(s), got 2"),
]


@pytest.mark.parametrize(("arguments", "output", "error"), WRONG)
def test_what_goes_wrong_is_said(run: CommandLine, arguments: tuple[str, ...], output: str, error: str) -> None:
    """Errors go to the standard error, in the engine's words, and the exit code is 1."""
    ended = run("expr", *arguments)

    assert error in ended.errors
    assert (ended.code, ended.output, ended.errors.count("\n")) == (1, output, 1)


def test_what_is_deprecated_is_said(run: CommandLine) -> None:
    """A warning is no error."""
    ended = run("expr", "@contact.id")

    warning = "warning: @contact.id is deprecated, use @contact.ref instead\n"
    assert (ended.code, ended.output, ended.errors) == (0, "1\n", warning)


def test_a_text_without_expressions_is_remarked(run: CommandLine) -> None:
    """Who forgets the @ is told."""
    ended = run("expr", "upper(contact)")

    assert (ended.code, ended.output) == (0, "upper(contact)\n")
    assert ended.errors.startswith("note: there is no expression in it")


def test_a_context_is_taken_from_a_file(run: CommandLine) -> None:
    """Its members are the variables, and `__default__` is what an object stands for."""
    run.write("context.json", {"patient": {"__default__": "Ben", "age": 41.5}, "tags": ["a", None]})

    ended = run("expr", "@patient is @patient.age: @(count(tags)) @contact", "--context", "context.json")

    assert (ended.code, ended.output) == (0, "Ben is 41.5: 2 @contact\n")


def test_an_environment_is_taken_from_a_file(run: CommandLine) -> None:
    """Formats and time zone decide how dates are read and written."""
    run.write("there.json", {"date_format": "MM-DD-YYYY", "timezone": "America/New_York", "time_format": "h:mm aa"})

    ended = run("expr", '@(format_datetime(now())), @(date("05-06-2026"))', "--environment", "there.json")

    assert ended.output == "03-02-2026 3:00 am, 2026-05-06\n"


def test_a_template_is_read_from_the_standard_input(run: CommandLine) -> None:
    """A dash stands for it, and only its last line break is no part of the template."""
    assert run("expr", "-", lines=["Hi @contact,", "bye"]).output == "Hi Asha Mwangi,\nbye\n"


def test_chance_is_the_seeds(run: CommandLine) -> None:
    """One seed draws the same number every time, another one another."""
    first, again, other = (run("expr", "@(rand())", "--seed", seed).output for seed in ("7", "7", "8"))

    assert first == again != other


WRONG_USAGE = [
    ((), "what is to be evaluated? Write it in quotes"),
    (("@x", "--context", "none.json"), "the context none.json cannot be read: No such file or directory"),
    (("@x", "--context", "text"), "the context text is no JSON"),
    (("@x", "--context", "list.json"), "the context list.json holds no JSON object"),
    (("@x", "--environment", "text"), "the environment text is no JSON: "),
    (("@x", "--environment", "list.json"), "the environment list.json holds no JSON object"),
    (("@x", "--environment", "zone.json"), "the environment zone.json is none: unknown time zone Mars"),
    (("@x", "--environment", "format.json"), "the environment format.json is none: 'D.M.' is no date format"),
    (("@x", "--seed", "x"), "argument --seed: invalid int value: 'x'"),
    (("--functions", "uper"), "there is no function 'uper'; did you mean upper"),
    (("--functions", "qqqqqq"), "there is no function 'qqqqqq'; --functions lists all of them"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_USAGE)
def test_a_wrong_option_is_explained(run: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    """One sentence says what is wrong, and the exit code is 2."""
    run.write("text", "no JSON")
    run.write("list.json", [1])
    run.write("zone.json", {"timezone": "Mars"})
    run.write("format.json", {"date_format": "D.M."})

    ended = run("expr", *arguments)

    assert sentence in ended.errors
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)


# Functions


def test_all_functions_are_listed(run: CommandLine) -> None:
    """Each has a line with how it is called and a sentence on what it gives."""
    ended = run("expr", "--functions")

    lines = [line for line in ended.output.splitlines() if line.startswith("  ")]
    assert sorted(line.split("(")[0].strip() for line in lines) == sorted(FUNCTIONS)
    assert [line for line in lines if not line.endswith(".")] == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("word", "word(text, index, [delimiters])"),
        ("@word", "word(text, index, [delimiters])"),
        ("IF", "if(test, value, other)"),
        ("now", "now()"),
        ("max", "max(numbers…)"),
        ("datetime_add", "datetime_add(…)"),
        ("has_group", "has_group(groups, uuid, [name])"),
        ("has_number_lte", "number in a text that is at most another."),
        ("has_date_gt", "date in a text that is after another."),
    ],
)
def test_a_function_is_told_of(run: CommandLine, name: str, told: str) -> None:
    """Arguments that may be left out are in brackets, and many of one kind have dots."""
    ended = run("expr", "--functions", name)

    assert told in ended.output
    assert (ended.code, ended.output.count("\n")) == (0, 2)


def test_a_pipe_can_ask(tmp_path: Path) -> None:
    """The installed command reads a template from a pipe, and fails where it goes wrong."""
    ended = subprocess.run(
        f"echo '@(1 / 0)' | '{COMMAND}' expr -",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (1, "\n")
    assert ended.stderr == "error evaluating @(1 / 0): division by zero\n"
