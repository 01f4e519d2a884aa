"""How the documentation's pictures are made: each sort in the module of its name, all by `make screenshots`."""
