"""Pictures of a case's life: an SVG, a page to read and print, a calendar file. All are drawn from one model, `life`."""
