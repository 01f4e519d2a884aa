"""Questions about many cases at once: what reports, forecasts and lists of decisions are made of.

Each is one statement, whatever the number of cases; what may be long is read in pieces and never held whole.
"""
