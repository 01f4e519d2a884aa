"""The books: what every case did, owes and was told, in tables that outlive the Temporal server's memory of it.

A step of a case is written in one transaction. Rows do not validate (SQLModel tables take what they are given), so
whoever writes them converts first; the database's own constraints are the last word. Every instant is the caller's.
"""
