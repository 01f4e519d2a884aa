"""The front desk: the `accredit` command, rehearsals, and the Temporal server that it brings along."""
