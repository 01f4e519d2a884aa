"""What a life costs, measured beside the leanest workflow that does the same steps."""
