"""The versions of the program side by side: which one cases go on with, how that changes, and what does not go on."""
