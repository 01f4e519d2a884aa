"""`python -m starter` is the `accredit` command."""

from starter.cli import main

main()
