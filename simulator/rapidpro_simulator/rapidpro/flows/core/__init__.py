"""What sessions work with, as data: contacts, assets, messages, results, events, triggers, services (flows 3.1)."""
