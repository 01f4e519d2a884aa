"""The shipped editions, and the forms in which cases name them."""
