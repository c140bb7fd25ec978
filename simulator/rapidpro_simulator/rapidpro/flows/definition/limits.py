"""How big a flow definition may be, the four types of flow with what each allows, and the statuses of contacts."""

from __future__ import annotations

from typing import Final

CURRENT_SPEC_VERSION: Final = "14.4.2"

NODES: Final = 1000
ACTIONS_OF_A_NODE: Final = 100
EXITS_OF_A_NODE: Final = 100
CATEGORIES_OF_A_ROUTER: Final = 100
CASES_OF_A_ROUTER: Final = 100
ARGUMENTS_OF_A_CASE: Final = 10
TRANSLATED_ITEMS_OF_A_LANGUAGE: Final = 300_000
TRANSLATED_PROPERTIES_OF_AN_ITEM: Final = 10
VALUES_OF_A_TRANSLATION: Final = 10
CHARACTERS_OF_A_TRANSLATION: Final = 10_000
EDITOR_STATE_BYTES: Final = 262_144
FLOW_NAME: Final = 64
RESULT_NAME: Final = 64
CATEGORY_NAME: Final = 64

# Texts of actions, in characters (flows 2.2).
TEMPLATE: Final = 10_000
SHORT_TEMPLATE: Final = 1_000
QUICK_REPLY: Final = 1_000
URL: Final = 8_192
WEBHOOK_BODY: Final = 20_000
HEADER_NAME: Final = 100
HEADER_VALUE: Final = 5_000

# Lists of actions, in items.
REFERENCES: Final = 100
TEMPLATE_VARIABLES: Final = 100
ATTACHMENTS: Final = 10
QUICK_REPLIES: Final = 10
HEADERS: Final = 10

MESSAGING: Final = "messaging"
BACKGROUND: Final = "messaging_background"
OFFLINE: Final = "messaging_offline"
VOICE: Final = "voice"

# What actions and waits declare as `allowed_in` (flows 2.2).
EVERYWHERE: Final = frozenset({MESSAGING, BACKGROUND, OFFLINE, VOICE})
ONLINE: Final = EVERYWHERE - {OFFLINE}
INTERACTIVE: Final = EVERYWHERE - {BACKGROUND}
VOICE_ONLY: Final = frozenset({VOICE})

CONTACT_STATUSES: Final = ("active", "blocked", "stopped", "archived")

DEFAULT_EXPIRY_MINUTES: Final = {MESSAGING: 3 * 24 * 60, BACKGROUND: 0, OFFLINE: 0, VOICE: 5}
"""Minutes that a definition with ``expire_after_minutes`` 0 waits for an answer (flows 1.2)."""
