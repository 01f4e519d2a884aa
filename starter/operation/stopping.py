"""How a command that stays is told to stop: by Ctrl-C, or by SIGTERM."""

import asyncio
import signal


def told_to_stop() -> asyncio.Event:
    """Return an event that the first Ctrl-C (or SIGTERM) sets; a second one interrupts what still ends."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def hear() -> None:
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, hear)
    return stop
