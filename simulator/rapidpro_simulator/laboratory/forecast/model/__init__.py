"""A queue model of CHT, a gateway and RapidPro's throttle: messages and requests as events, without their bytes.

It knows what decides about queues and quotas, and nothing else; tests hold its hourly numbers against the simulation's.
"""
