"""What keeps others from reading what the Temporal server holds of the office's cases."""
