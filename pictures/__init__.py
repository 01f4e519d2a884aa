"""Pictures of a case's life: an SVG, a page to read and print, a calendar file. All come from one model, `life`."""
