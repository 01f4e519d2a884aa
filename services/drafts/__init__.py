"""What was begun at a page and is not finished: applications that are being written, imports that run. No HTTP here."""
