"""What everything in a strip is drawn with: the life, the strip's axis, and whether marks lead to a table beside it."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from starter.pictures.axis import Gap, Strip
from starter.pictures.life import Life
from starter.pictures.svg import add

SMALL = 11.0
"""The size of all type but headings."""
GLUE = 6.0
"""The least distance between two labels in one line."""


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen for one strip.

    Attributes:
        life: What is drawn.
        strip: The strip's part of the axis.
        left: Where the axis begins; names of lanes stand left of it.
        width: How wide the axis is, however far the strip's own part of it goes.
        target: What the addresses begin with to which marks lead, on a page with tables; None in a file of its own.
    """

    life: Life
    strip: Strip
    left: float
    width: float
    target: str | None

    def x(self, instant: datetime) -> float:
        """Return the place of an instant; one outside the strip is at its edge."""
        return self.left + self.strip.x(instant)

    @property
    def right(self) -> float:
        """The right edge of the strip's own part of the axis."""
        return self.left + self.strip.width

    def cut(self, gap: Gap) -> float:
        """Return where folded time is cut: so that a stage's name has room before it and its end behind it."""
        return self.x(gap.begin) + (self.x(gap.end) - self.x(gap.begin)) * 0.56

    def fitted(self, begin: float, wide: float) -> float:
        """Return where text of a width begins that would like to begin elsewhere, so that it stays on the sheet."""
        return max(self.left, min(begin, self.left + self.width - wide))

    def reachable(self, parent: Element, what: str, text: str, class_: str) -> Element:
        """Add a group that the keyboard reaches and a screen reader reads: a link to its row, where there are rows."""
        if self.target is None:
            group = add(parent, "g", role="img", tabindex="0", class_=class_, aria_label=text)
        else:
            group = add(parent, "a", href=f"#{self.target}{what}", class_=class_, aria_label=text)
        add(group, "title", text)
        return group
