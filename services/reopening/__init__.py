"""Opens a case again that was closed in error."""
