"""What keeps others from the office's cases, books and files."""
