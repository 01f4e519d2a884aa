"""Many cases from one spreadsheet: read and checked as a whole, then started, and brought to where they stand today."""
