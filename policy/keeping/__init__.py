"""How the office keeps a case: its notes, pauses, and corrections of what it issued in error."""
