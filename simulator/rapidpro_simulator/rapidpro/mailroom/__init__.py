"""What mailroom does with flows: triggers, starts, campaigns, sessions, and the events that the engine returns."""
