"""The command line, `accredit`: a folder for each panel of its help, and what every command needs of a terminal."""
