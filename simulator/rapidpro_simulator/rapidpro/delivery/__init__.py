"""What happens to messages after they are queued: hand-over, the carrier's answers and reports, retries, expiry."""
