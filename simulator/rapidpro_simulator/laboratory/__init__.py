"""What is learnt from simulations: scenarios of what happened."""
