"""Texts as scanners, word processors and copying leave them."""

import random

WIDE = str.maketrans("0123456789:/", "０１２３４５６７８９：／")
SPACED_FROM = 6
"""Characters of a number from which on scanners set them apart now and then."""


def damaged(draw: random.Random, said: str, form: str) -> str:
    """Return a text, in most cases as it is, else in capitals, broken, set apart, or with characters that nobody sees.

    Args:
        draw: What decides.
        said: The text: a label, a colon, a value, or anything else.
        form: The document's format; not every damage survives in each.
    """
    label, colon, value = said.partition(": ")
    choices = [said, said, said, said if "@" in said or "http" in said else said.upper()]
    if not colon or "\n" in said or not any(char.isdigit() for char in value):
        return draw.choice(choices)
    choices.append(f"{label}:\n{value}")
    if len(value) >= SPACED_FROM and value.replace("-", "").isdigit():
        choices.append(f"{label}: {' '.join(value)}")
    if form != "image":
        choices.append(f"{label}\u00a0:\u00a0{value}")
    if form in ("text", "docx"):
        choices += [said.translate(WIDE), f"{label[:2]}\u200b{label[2:]}: {value[:2]}\u200b{value[2:]}"]
        if label[3:5].isalpha():
            choices.append(f"{label[:4]}-\n{label[4:]}: {value}")
    return draw.choice(choices)
