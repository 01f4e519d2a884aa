"""What the office reports: figures of a period, the work that lies ahead, decisions, all from the books alone."""
