"""What is wrong with a flow that can be read all the same; the editor shows it to the author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.texts.regexes import PatternError, compile_pattern
from rapidpro_simulator.rapidpro.flows.texts.strings import trim

from .dependencies import read_paths
from .templates import templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.definition.localization import Localization
    from rapidpro_simulator.rapidpro.flows.definition.routers import Case

    from .dependencies import Dependency

Issue = dict[str, Any]


def issues(flow: FlowDefinition, missing: Iterable[Dependency]) -> Iterator[Issue]:
    """Yield what is wrong with a flow of which these dependencies are missing."""
    for dependency in missing:
        identity = dependency.reference.identity
        description = f"missing {dependency.reference.type} dependency '{identity}'"
        reference = {**dependency.reference.to_json(), "type": dependency.reference.type}
        yield _issue("missing_dependency", description, *dependency[1:], dependency=reference)
    yield from _legacy_variables(flow)
    yield from _invalid_patterns(flow)
    for written in templates(flow):
        if ("legacy_extra",) in read_paths(written.text):
            yield _issue("legacy_extra", "use of legacy_extra", *written[1:])


def _legacy_variables(flow: FlowDefinition) -> Iterator[Issue]:
    for node in flow.nodes:
        for action in node.actions:
            # Broadcasts may have them too: RapidPro has no issue for that.
            variables = getattr(action, "legacy_vars", None) if action.type == "start_session" else None
            if variables:
                description = "use of expressions instead of contact query"
                yield _issue("legacy_vars", description, node.uuid, action.uuid, vars=list(variables))


def _invalid_patterns(flow: FlowDefinition) -> Iterator[Issue]:
    for node in flow.nodes:
        for case in node.router.cases if isinstance(node.router, SwitchRouter) else ():
            if case.type == "has_pattern":
                yield from _invalid_translations(node.uuid, _translated_arguments(case, flow.localization))


def _invalid_translations(node_uuid: str, translations: Iterable[tuple[str, list[str]]]) -> Iterator[Issue]:
    for language, arguments in translations:
        pattern = trim(arguments[0]) if arguments else ""
        if "@" not in pattern and not _is_pattern(pattern):
            yield _issue("invalid_regex", f"invalid regex: {pattern}", node_uuid, "", language, regex=pattern)


def _translated_arguments(case: Case, localization: Localization) -> Iterator[tuple[str, list[str]]]:
    yield "", case.arguments
    for language in localization.languages:
        yield language, localization.get(language, case.uuid, "arguments") or []


def _is_pattern(text: str) -> bool:
    try:
        compile_pattern(text)
    except PatternError:
        return False
    return True


def _issue(
    type_: str, description: str, node_uuid: str, action_uuid: str = "", language: str = "", **details: object
) -> Issue:
    where = {"node_uuid": node_uuid, "action_uuid": action_uuid, "language": language}
    return {
        "type": type_,
        **{key: value for key, value in where.items() if value},
        "description": description,
        **details,
    }
