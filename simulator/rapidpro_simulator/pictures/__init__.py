"""Pictures of what happened, as SVG and as Mermaid: pure functions of the journal and of numbers."""
