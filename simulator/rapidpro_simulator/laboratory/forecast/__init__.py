"""What becomes of an incident: when the backlog is gone, when messages go out on time, who gets how much of the quota.

A deployment is read from a file, and each remedy is played on a queue model that is held against the full simulation.
"""
