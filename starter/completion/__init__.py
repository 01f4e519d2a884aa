"""What the shell completes: commands, options, cases, invoices, messages; quickly, and never with an error.

* `answer` is asked by the shell's script (`accredit --show-completion`), before anything else of the program is read.
* `outline` is the command line as the program has it: read once for each version, then kept in the user's cache.
* `words` are what an outline cannot know: the cases and invoices of the office's books.

The whole program takes a second to be read, an answer must come at once. So an answer never reads it where an outline
is kept, and never asks a server.
"""
