"""Revision trees: which leaves there are, and which of them wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch.errors import BadRequest
from rapidpro_simulator.cht.couch.revisions import RevisionTree, check, derive, generation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

steady = settings(derandomize=True, deadline=None)


@dataclass(frozen=True)
class Branch:
    """One replicated edit: its history, the newest first, and whether it deletes."""

    path: tuple[str, ...]
    deleted: bool


@st.composite
def branches(draw: Callable[..., object]) -> list[Branch]:
    """Draw edits that build on each other, each arriving with all of its history, or the end of it."""
    histories: list[tuple[str, ...]] = [()]
    result = []
    for number in range(draw(st.integers(1, 9))):  # type: ignore[call-overload]
        before = draw(st.sampled_from(histories))
        assert isinstance(before, tuple)
        history = (f"{len(before) + 1}-{number:x}", *before)
        histories.append(history)
        known = draw(st.integers(1, len(history)))
        assert isinstance(known, int)
        result.append(Branch(history[:known], bool(draw(st.booleans()))))
    return result


def grow(edits: Sequence[Branch]) -> RevisionTree:
    tree = RevisionTree()
    for edit in edits:
        tree.add(edit.path, "{}", deleted=edit.deleted)
    return tree


def expected_leaves(edits: Sequence[Branch]) -> list[str]:
    """Return the leaves of `edits`, found the naive way: what nobody built on, in the order of the documentation."""
    ancestors = {rev for edit in edits for rev in edit.path[1:]}
    leaves = [edit for edit in edits if edit.path[0] not in ancestors]
    ranked = sorted(leaves, key=lambda edit: (not edit.deleted, generation(edit.path[0]), edit.path[0].split("-")[1]))
    return [edit.path[0] for edit in reversed(ranked)]


@steady
@given(branches())
def test_leaves(edits: list[Branch]) -> None:
    """The leaves are what nobody built on; alive wins over deleted, then the longer history, then the digest."""
    assert [leaf.id for leaf in grow(edits).leaves] == expected_leaves(edits)


@steady
@given(st.data())
def test_order_of_arrival(data: st.DataObject) -> None:
    """The same edits make the same tree, in whatever order they arrive."""
    edits = data.draw(branches())
    shuffled = data.draw(st.permutations(edits))
    one, other = grow(edits), grow(shuffled)
    assert [leaf.id for leaf in one.leaves] == [leaf.id for leaf in other.leaves]
    assert [list(map(repr_of, one.history(leaf.id))) for leaf in one.leaves] == [
        list(map(repr_of, other.history(leaf.id))) for leaf in other.leaves
    ]


def repr_of(revision: object) -> tuple[object, ...]:
    return tuple(getattr(revision, name) for name in ("id", "parent", "deleted", "body"))


@steady
@given(branches())
def test_nothing_new(edits: list[Branch]) -> None:
    """What was added before is no news."""
    tree = grow(edits)
    assert [tree.add(edit.path, "{}", deleted=edit.deleted) for edit in edits] == [False] * len(edits)


def test_history_joins_what_was_apart() -> None:
    """Two branches that came without their history become one line when it arrives."""
    tree = grow([Branch(("2-b",), deleted=False), Branch(("3-c",), deleted=False)])
    assert tree.conflicts() == ["2-b"]
    tree.add(("3-c", "2-b"), "{}", deleted=False)
    assert tree.conflicts() == []


def test_descendants() -> None:
    """Who asks for the latest of an old revision gets every leaf that grew from it."""
    tree = grow([Branch(("2-a", "1-a"), deleted=False), Branch(("2-b", "1-a"), deleted=False)])
    assert [leaf.id for leaf in tree.descendants("1-a")] == ["2-b", "2-a"]


def test_compaction() -> None:
    """Compaction forgets what was overwritten, and only that."""
    tree = grow([Branch(("1-a",), deleted=False), Branch(("2-b", "1-a"), deleted=False)])
    tree.compact()
    assert [revision.body for revision in tree.history("2-b")] == ["{}", None]


@pytest.mark.parametrize(
    ("parent", "body", "deleted"),
    [("1-b", "{}", False), ("1-a", "[]", False), ("1-a", "{}", True), (None, "{}", False)],
)
def test_derived_revisions(parent: str | None, body: str, *, deleted: bool) -> None:
    """A revision depends on the parent, the content, and whether the document was deleted."""
    assert derive("1-a", "{}", deleted=False) != derive(parent, body, deleted=deleted)


@pytest.mark.parametrize("rev", ["", "abc", "1", "1-", "-a", "a-b", None, 7, "1-a b"])
def test_invalid_revisions(rev: object) -> None:
    """What is no revision is refused."""
    with pytest.raises(BadRequest):
        check(rev)
