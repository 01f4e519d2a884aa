"""What is judged of a message where it comes in, before any rule of its subject."""
