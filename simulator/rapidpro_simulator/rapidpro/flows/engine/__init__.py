"""Sessions: a trigger starts one, resumes go on with it, and everything it does is an event (flows 3)."""
