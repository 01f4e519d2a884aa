"""A sample office of many cases: shipped lives, lived by the real code to many different days, and copied."""
