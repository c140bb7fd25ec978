"""`python -m rapidpro_simulator` is the command `rapidpro-simulator`."""

from __future__ import annotations

import sys

from rapidpro_simulator.commands.cli import main

sys.exit(main())
