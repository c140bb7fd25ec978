"""Which gateways keep which rules: runs features/rules with each of them, and shows the matrix."""
