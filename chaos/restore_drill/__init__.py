"""Drills of a restore (`make restore-drill`): a living office loses a database, restores it, mends, and compares."""
