"""What guards an office against those who are not to be trusted."""
