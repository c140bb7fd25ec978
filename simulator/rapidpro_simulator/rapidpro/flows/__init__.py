"""The engine of flows: what happens to a contact in a flow, as events; nothing is sent, stored or asked of the clock.

Its packages from the ground up, each standing on those before it: `texts`, `locales` (dates, languages, places),
`excellent` (the language of expressions), `contactql` (that of contact queries) and `definition` (flows and exports as
data), `core` (what sessions work with, as data), `modifiers` (changes of a contact), `runs`, `actions`, `engine`.
"""
