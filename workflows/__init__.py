"""What happens to a case in which order, what is waited for, and what follows from silence."""
