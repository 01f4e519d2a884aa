"""The lives: which ones, how they are driven through whatever happens, and what is held of them in the end."""
