"""What happened becomes a scenario: from a served world, from a journal, from the traffic of a live system."""
