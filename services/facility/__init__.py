"""What a facility or practice is told: what it owes, its reports, its account, its calendar. Knows nothing of HTTP."""
