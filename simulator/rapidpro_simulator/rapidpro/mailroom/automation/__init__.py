"""What starts by itself: triggers and their schedules, campaigns, and the starts of flows."""
