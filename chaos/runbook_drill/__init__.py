"""The parts of the runbook, each in an office where that very thing has happened, by the commands of the page."""
