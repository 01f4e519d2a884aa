"""Everything about a case as files: for a subpoena, for a facility that leaves, for the archive."""
