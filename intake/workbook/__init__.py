"""Applications as workbooks: written to be filled in by people, read into the same application as a `.json` file."""
