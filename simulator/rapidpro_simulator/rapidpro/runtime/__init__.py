"""What the parts of a workspace run with: time and chance, ids, the journal, and mailroom's queue of tasks."""
