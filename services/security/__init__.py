"""What keeps others out: who may speak, what is told to nobody, what is kept for the owner alone."""
