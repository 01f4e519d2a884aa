"""The rules of the designation: Diagnostic Imaging Center of Excellence (S0, the program's page)."""
