"""What comes in as files: applications as JSON or workbooks, and many cases from one spreadsheet."""
