"""What each correction changes, and each thing that happens to a facility: the page of `make before-and-after`."""
