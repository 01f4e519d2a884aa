"""What an office stands on, each a process of its own that can be killed: databases, server, workers, mail."""
