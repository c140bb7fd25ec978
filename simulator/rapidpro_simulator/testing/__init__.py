"""What tests stand on: the pytest plugin, its options and reports, the catalogue of steps, the matrix of rules."""
