"""Whether somebody else could have put another program in the place of one that is about to be run."""

import grp
import os
import pwd
import stat
from pathlib import Path

ROOT = 0


def changeable_by(program: Path) -> str:
    """Return who beside this user and root can change a program, or put another one in its place; empty: nobody.

    Looked at are the file, each link to it, and all folders above them: whoever may write to one of these may put a
    folder of his own in the place of the next. A folder with the sticky bit, as /tmp, lets only an owner do so.
    """
    looked_at = {program.absolute(), program.resolve()}
    for link in (program.absolute(), program.resolve()):
        looked_at |= {*link.parents, *link.resolve().parents}
    reasons = (reason for place in sorted(looked_at) if (reason := _of_others(place)))
    return next(reasons, "")


def _of_others(place: Path) -> str:
    """Return in what way a file or folder is not this user's alone; empty: it is."""
    found = place.lstat()
    if found.st_uid not in (ROOT, os.getuid()):
        return f"{place} belongs to {_user(found.st_uid)}"
    if stat.S_ISLNK(found.st_mode) or (stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX):
        return ""
    if found.st_mode & stat.S_IWOTH:
        return f"everybody may write to {place}"
    if found.st_mode & stat.S_IWGRP and found.st_gid != ROOT and not _is_private(found.st_gid):
        return f"the group {_group(found.st_gid)} may write to {place}"
    return ""


def _is_private(group: int) -> bool:
    """Whether a group is the one that many systems make for each user, with nobody else in it."""
    try:
        found = grp.getgrgid(group)
    except KeyError:
        return False
    mine = _user(os.getuid())
    return found.gr_name == mine and not {*found.gr_mem} - {mine}


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
