"""Commands of the panel Rehearsals: scenarios lived through, the demonstration."""
