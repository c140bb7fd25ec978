"""What references of an action mean at run time: by identity, or by a template that gives a name (flows 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


def resolve(run: Run, references: Iterable[Reference]) -> list[Any]:
    """Return the assets that references mean; what does not exist is an error event and left out."""
    found = (resolve_one(run, reference) for reference in references)
    return [asset for asset in found if asset is not None]


def resolve_one(run: Run, reference: Reference) -> Any:
    """Return the asset that a reference means; None, and an error event, where it does not exist."""
    assets = run.session.assets
    if not reference.is_variable:
        asset = assets.find(reference)
        if asset is None:
            run.log(events.missing_dependency(reference))
        return asset
    name, ok = run.evaluate_text(reference.match)
    if not ok:
        return None
    asset = _MATCHES[reference.type](assets, name)
    if asset is None:
        kind = reference.type
        key = "email" if kind == "user" else "name"
        run.log(events.error(f"No such {kind} with {key} '{name}'", f"{kind}:missing", {key: name}))
    return asset


def _user(assets: Assets, email: str) -> Any:
    return next((user for user in assets.users if user.email.lower() == email.lower()), None)


_MATCHES: Mapping[str, Callable[[Assets, str], Any]] = {
    "group": lambda assets, name: assets.groups.named(name),
    "label": lambda assets, name: assets.labels.named(name),
    "user": _user,
}
