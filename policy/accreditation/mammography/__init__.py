"""Mammography under MQSA: what its edition of the rules has beside those of the diagnostic modalities."""
