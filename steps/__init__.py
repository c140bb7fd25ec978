"""The sentences of the features, by subject: each calls one or two methods of the simulation.

In an installed project these modules are `rapidpro_simulator.steps`.
"""
