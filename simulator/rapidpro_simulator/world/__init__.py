"""What every simulation is made of: time, chance, faults, the journal, the network. It knows no service."""
