"""Commands of the panel Operation: the server, its checks, the books in line with it, replays."""
