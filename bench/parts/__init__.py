"""The parts of `make bench`, each a question about what cases cost."""
