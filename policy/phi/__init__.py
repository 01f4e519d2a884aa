"""What identifies a patient in a text: the identifiers of the HIPAA Safe Harbor list that patterns can find.

Faces, fingerprints and words inside pictures are on that list too, and no pattern finds them: a person must look.
"""
