"""The lives: what happens in which order, what is waited for, and what follows from silence."""
