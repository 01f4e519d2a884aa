"""Documents that messages name: fetched, held against their digest, read, searched for protected health information.

Nothing of their content ever leaves this package: it says which rule a document breaks and where, never what it says.
"""
