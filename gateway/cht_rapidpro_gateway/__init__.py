"""A gateway between CHT and RapidPro: takes CHT's messages at `/api/sms`, sends them by broadcasts, reports their fate.

It runs by itself (`python -m cht_rapidpro_gateway`), keeps everything in one SQLite file, and loses nothing when it is
killed.
"""

__version__ = "0.1.0"
