"""What every command needs from the global options: the office's settings, with a loud word where they are samples."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from starter.terminal.output import note

if TYPE_CHECKING:  # the help screen needs no settings
    from policy.office import OfficeSettings


@dataclass
class GlobalOptions:
    """The options that stand before the command's name."""

    office: Path | None = None


def named_file(ctx: typer.Context) -> Path | None:
    """Return the settings file that `--office` names, or None."""
    options = ctx.find_object(GlobalOptions)
    return options.office if options else None


def office_of(ctx: typer.Context, *, amounts: bool = True) -> "OfficeSettings":
    """Return the settings in force.

    Args:
        ctx: The command's context.
        amounts: Whether the command's result depends on fees; sample amounts are then announced on stderr.

    Raises:
        Unusable: A setting is wrong; every trouble is named.
    """
    from services.settings import load_settings, settings_file

    named = named_file(ctx)
    settings = load_settings(named)
    if settings.sample and amounts:
        file = settings_file(named)
        note(
            f"SAMPLE AMOUNTS: these settings ({file.name}) are samples, and no office charges these fees. "
            "Put your own into office.toml, or name your file by --office or ACCREDIT_OFFICE.",
            style="bold yellow",
        )
    return settings
