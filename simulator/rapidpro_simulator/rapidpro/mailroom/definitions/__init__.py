"""Flows, campaigns and triggers as files: import and export."""
