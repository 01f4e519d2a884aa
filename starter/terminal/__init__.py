"""What every command needs of a terminal: options, output, the office's settings and books, how a command ends."""
