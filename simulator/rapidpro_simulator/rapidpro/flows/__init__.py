"""The engine of flows: what happens to a contact in a flow, as events; nothing is sent, stored or asked of the clock.

`definition` reads flows and exports, `excellent` is the language of expressions, `contactql` that of contact queries.
`engine` runs sessions, in which `actions` do things and `modifiers` change the contact. The modules beside them are the
ground that all of these stand on: texts, dates, numbers, places, phone numbers, URNs, webhooks as data.
"""
