"""A budget of time: what does not fit into it any more is left out, and said to be."""

import time


class Budget:
    """Seconds that a part of the measurement may take."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()
        self.left_out: list[str] = []

    @property
    def used(self) -> float:
        """Seconds since the part began."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds that are left, none at least."""
        return max(0.0, self.seconds - self.used)

    def fits(self, seconds: float, what: str) -> bool:
        """Tell whether something that takes so long still fits; what does not is noted as left out."""
        if seconds <= self.left:
            return True
        self.left_out.append(f"{what} (would take {seconds:.0f} s of {self.left:.0f} s that are left)")
        return False
