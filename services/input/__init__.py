"""What people give is read here: files and standard input."""
