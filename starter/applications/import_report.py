"""What an import tells a person at its end."""

from intake.batch.report import Report
from starter.terminal.output import say


def show_report(report: Report) -> None:
    """Print what a person wants to know: every finding, then how many went in."""
    for one in report.findings:
        say(f"{one.where}: {one.rule}: {one.reason}{f' [{one.source}]' if one.source else ''}")
    for rule, instead in dict.fromkeys((one.rule, one.instead) for one in report.findings if one.instead):
        say(f"Possible instead of {rule}: {instead}")
    rows = sum(len(candidate.rows) for candidate in report.candidates)
    if report.candidates:
        good = len(report.candidates) - len(report.refused)
        say(f"{rows} row(s), {len(report.candidates)} application(s): {good} good, {len(report.refused)} refused.")
    if report.letters:
        good = len(report.letters) - len(report.refused_letters)
        say(f"{len(report.letters)} message(s): {good} good, {len(report.refused_letters)} refused or not sent.")
    if report.checked_only:
        say("Only checked: nothing was started and nothing sent.")
    else:
        _show_done(report)
    for path in report.refused_files:
        say(f"The refused rows are in {path}: mend them there and import that file.")


def _show_done(report: Report) -> None:
    cases = report.started.all_cases()
    new = sum(case.new for case in cases)
    if report.candidates:
        say(f"{new} case(s) started, {len(cases) - new} had been started before.", style="green")
    if report.letters:
        say(f"{report.sent.now} message(s) sent, {report.sent.before} had been sent before.", style="green")
