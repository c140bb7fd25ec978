from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.model.messages import compact


@pytest.mark.parametrize("translations", [{}, {"eng": "Hi"}, {"eng": "Hi", "swa": "Habari"}])
def test_compact(translations: dict[str, str]) -> None:
    """What takes less memory says the same."""
    kept = compact(translations)
    assert dict(kept) == translations
    assert [kept.get(language) for language in ("eng", "fra")] == [translations.get("eng"), None]
