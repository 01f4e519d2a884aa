"""Who may sign in: people and their roles, links, sessions, and what is remembered of it. Knows nothing of HTTP."""
