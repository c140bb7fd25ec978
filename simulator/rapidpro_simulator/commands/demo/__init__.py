"""`rapidpro-simulator demo`: the account switch that burns the quota, told on the terminal while it happens."""
