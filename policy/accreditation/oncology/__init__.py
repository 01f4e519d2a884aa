"""How radiation oncology is judged: a survey accredits, and no images are tested (S1 leaves it to articles of its own).

The areas of such a case are the practice's sites, its main one and its satellites.
"""
