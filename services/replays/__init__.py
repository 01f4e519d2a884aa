"""Replays of histories against the present code: the same decisions in the same order, and do they say the same?"""
