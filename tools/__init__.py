"""Tools of whoever works on the house: the drawing of its imports, the documentation's pictures. Not in the wheel."""
