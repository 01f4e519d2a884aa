"""The report of a period as tables with bars, for a terminal, a page and a spreadsheet alike."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from policy.words import day_in_words, dollars, due_in_words
from services.reports.answers import QUESTIONS
from services.reports.figures import Days, days_in_words, in_order, kind_words, share
from services.reports.money import AGES, COLUMNS
from services.reports.report import Report
from services.reports.shape import Bar, Segment, Sheet, Table, Tone
from services.reports.stages import LAST_ROUND, rounds
from services.reports.windows import OFFICE
from services.words import outcome_words, plain, stage_words, window_words

TONES = {"met": Tone.MET, "missed": Tone.MISSED, "open": Tone.OPEN, "dropped": Tone.DROPPED}
WINDOWS = (("met", "met in time"), ("missed", "missed"), ("open", "still running"), ("dropped", "no longer needed"))
RIGHTS = (("met", "used"), ("missed", "lapsed"), ("open", "still open"), ("dropped", "another choice was made"))
ATTEMPTS = (
    ("passed", "passed", Tone.MET), ("deficient", "deficient", Tone.MISSED), ("ended", "ended before", Tone.DROPPED),
)  # fmt: skip
APPEALS = (
    ("won", "decided for the facility", Tone.MET), ("stands", "report stands, wholly or in part", Tone.MISSED),
    ("ended", "ended before", Tone.DROPPED),
)  # fmt: skip
NTH = {1: "First attempt", 2: "Second attempt", 3: "Third attempt", LAST_ROUND: "Fourth attempt and later"}


def sheet_of(report: Report, zone: ZoneInfo) -> Sheet:
    """Return a report as it is shown: empty tables are left out.

    Args:
        report: The report.
        zone: The office's time zone.
    """
    since, until = (day_in_words(day) for day in (report.period.since, report.period.until))
    tables = (
        _windows(report, rights=False), _windows(report, rights=True), _stages(report), _attempts(report),
        _appeals(report), _endings(report), _answers(report), _reviewers(report), _money(report), _ages(report),
    )  # fmt: skip
    facts = [("Open as of", due_in_words(report.period.at, zone)), *_headline(report)]
    return Sheet(f"Report: {since} to {until}", facts, [table for table in tables if table.rows])


def _headline(report: Report) -> Iterable[tuple[str, str]]:
    decided: dict[bool, list[int]] = {False: [0, 0], True: [0, 0]}
    for name in report.windows.names(rights=False):
        counted = report.windows.of(name)
        decided[name in OFFICE][0] += counted["met"]
        decided[name in OFFICE][1] += counted["met"] + counted["missed"]
    yield "Facilities' windows met", _of(*decided[False])
    yield "Appeal results in time", _of(*decided[True])
    granted = report.stages.granted
    yield "Accredited or designated", str(granted.total())
    yield "Renewals applied for in time", _of(report.renewals.due["met"], report.renewals.decided)
    yield "Renewed, expired", f"{report.renewals.renewed}, {report.renewals.expired}"
    yield "Invoiced", dollars(report.money.total("invoiced"))
    yield "Open, of it overdue", f"{dollars(report.money.open)}, {dollars(report.money.overdue)}"


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({share(part, whole)})" if whole else "none were due"


def _windows(report: Report, *, rights: bool) -> Table:
    words = dict(RIGHTS if rights else WINDOWS)
    rows, bars = [], []
    for name in report.windows.names(rights=rights):
        title = window_words(name, designation=False)
        whole = report.windows.of(name)
        bars.append(_bar(title, [(whole[one], words[one], TONES[one]) for one in words], _met(whole)))
        for kind in report.windows.kinds(name):
            counted = report.windows.of(name, kind)
            rows.append([title, kind_words(kind), *(str(counted[one]) for one in words), _met(counted)])
    says = (
        "What could be done until a day of the period, and whether it was."
        if rights
        else "What had to come by a day of the period. Dropped: no longer needed, as the case went on without."
    )
    columns = ["Window", "Of", "Used", "Lapsed", "Still open", "Other choice", "Used, %"] if rights else [
        "Window", "Of", "Met", "Missed", "Running", "Dropped", "Met, %",
    ]  # fmt: skip
    name, title = ("rights", "Rights used and lapsed") if rights else ("windows", "Windows met and missed")
    return Table(name, title, says, columns, rows, 2, bars)


def _met(counted: dict[str, int]) -> str:
    return share(counted["met"], counted["met"] + counted["missed"])


def _bar(label: str, parts: Iterable[tuple[float, str, Tone]], says: str) -> Bar:
    return Bar(label, tuple(Segment(value, words, tone) for value, words, tone in parts if value), says)


def _stages(report: Report) -> Table:
    figures, rows, bars = report.stages, [], []
    for stage in figures.stages():
        whole = figures.all_days(stage)
        if (median := whole.median) is not None and (late := whole.ninetieth) is not None:
            parts = [(median, "half of the cases", Tone.MET), (late - median, "nine of ten", Tone.OPEN)]
            says = f"{days_in_words(median)}, nine of ten within {days_in_words(late)} days"
            bars.append(_bar(stage_words(stage), parts, says))
        for kind in figures.kinds(stage):
            days = figures.days.get((stage, kind), Days())
            rows.append([stage_words(stage), kind_words(kind), *_days_cells(days), str(figures.within[stage, kind])])
    says = (
        "How long cases stayed that left the stage in the period. Median: half of them no longer. 90 %: nine of ten no "
        "longer. In it: how many were in the stage at its end."
    )
    columns = ["Stage", "Of", "Left it", "Median days", "90 % days", "Longest", "In it"]
    short = [bar for bar in bars if bar.label not in (stage_words("accredited"), stage_words("designated"))]
    return Table("stages", "Days in each stage", says, columns, rows, 2, short, counted=False)


def _days_cells(days: Days) -> Sequence[str]:
    return [str(days.number), *(days_in_words(one) for one in (days.median, days.ninetieth, days.longest))]


def _attempts(report: Report) -> Table:
    counted, rows, bars = report.stages.attempts, [], []
    for number in rounds(counted):
        parts = [(counted[number, name], words, tone) for name, words, tone in ATTEMPTS]
        passed, judged = counted[number, "passed"], counted[number, "passed"] + counted[number, "deficient"]
        rows.append([NTH[number], *(str(value) for value, _, _ in parts), share(passed, judged)])
        bars.append(_bar(NTH[number], parts, f"{share(passed, judged)} passed"))
    says = "What came of attempts whose final report, or end, lies in the period; before any appeal."
    return Table(
        "attempts", "Outcomes by attempt", says, ["Attempt", "Passed", "Deficient", "Ended before", "Passed, %"], rows,
        1, bars,
    )  # fmt: skip


def _appeals(report: Report) -> Table:
    days, limits, counted = report.appeals.days, report.limits, report.stages.appeals
    if not days.number and not counted:
        return Table("appeals", "", "", [], [])
    won, stands, ended = (
        sum(number for (_, word), number in counted.items() if word == name) for name, _, _ in APPEALS
    )
    within = f"{limits.earliest} to {limits.latest} days"
    rows = [
        ["Results", str(days.number)],
        [f"before {limits.earliest} days", str(report.appeals.early)],
        [within, str(report.appeals.in_time)],
        ["after the window", str(report.appeals.late)],
        ["Median days", days_in_words(days.median)],
        ["90 % days", days_in_words(days.ninetieth)],
        ["Decided for the facility", str(won)],
        ["Report stands, wholly or in part", str(stands)],
        ["Ended before a result", str(ended)],
    ]
    in_days = [
        (report.appeals.early, f"before {limits.earliest} days", Tone.OPEN), (report.appeals.in_time, within, Tone.MET),
        (report.appeals.late, "after the window", Tone.MISSED),
    ]  # fmt: skip
    results = [(number, words, tone) for number, (_, words, tone) in zip((won, stands, ended), APPEALS, strict=True)]
    bars = [_bar("When", in_days, f"{days.number} results"), _bar("How", results, f"{won} for the facility")]
    says = f"From complete materials to the result, which is expected after {within}."
    return Table("appeals", "Appeals", says, ["Appeals", "Number"], rows, 1, bars)


def _endings(report: Report) -> Table:
    granted, endings = report.stages.granted, report.stages.endings
    outcomes = sorted({outcome for _, outcome in endings})
    kinds = in_order([*granted, *(kind for kind, _ in endings)])
    rows = [
        [kind_words(kind), str(granted[kind]), *(str(endings[kind, outcome]) for outcome in outcomes)] for kind in kinds
    ]
    says = "How many cases came into force in the period, and how those ended that closed in it."
    columns = ["Of", "Accredited or designated", *(plain(outcome_words(one)) for one in outcomes)]
    return Table("endings", "What was granted, and how cases ended", says, columns, rows)


def _answers(report: Report) -> Table:
    long, rows, bars = report.limits.long, [], []
    for question in QUESTIONS:
        days = report.answers.days.get(question.name)
        if days is None:
            continue
        late = days.over(long)
        rows.append([question.words, question.who, *_days_cells(days), str(late)])
        parts = [
            (days.number - late, f"within {long} days", Tone.MET), (late, f"later than {long} days", Tone.MISSED),
        ]  # fmt: skip
        bars.append(_bar(question.words, parts, f"{days_in_words(days.median)} days, half of them"))
    says = (
        f"How long facilities waited for answers that were given in the period. No day is stated for these; after "
        f"{long} days the case reminds whoever is awaited (case.waiting), and that counts as long here."
    )
    columns = ["Answer", "By", "Given", "Median days", "90 % days", "Longest", f"Over {long} days"]
    return Table("answers", "The office's own answers", says, columns, rows, 2, bars)


def _reviewers(report: Report) -> Table:
    long = report.limits.long
    rows = [[name, *_days_cells(days), str(days.over(long))] for name, days in sorted(report.answers.reviewers.items())]
    says = "Final reports of the period by who reviewed, with the days since the package came. For the office alone."
    columns = ["Reviewer", "Reports", "Median days", "90 % days", "Longest", f"Over {long} days"]
    return Table("reviewers", "Reviewers", says, columns, rows)


def _money(report: Report) -> Table:
    money = report.money
    rows = [
        [plain(purpose), *(dollars(sums[column]) for column in COLUMNS)]
        for purpose, sums in sorted(money.purposes.items())
    ]
    if rows:
        rows.append(["Total", *(dollars(money.total(column)) for column in COLUMNS)])
    bars = [
        _bar(plain(purpose), [(float(sums["invoiced"]), "invoiced", Tone.OPEN)], dollars(sums["invoiced"]))
        for purpose, sums in sorted(money.purposes.items())
        if sums["invoiced"]
    ]
    says = "Every entry of the period, as the ledger has it. Received: payments, less those that were taken back."
    columns = ["For", *(plain(column) for column in COLUMNS)]
    return Table("money", "Money of the period", says, columns, rows, 1, bars, counted=False)


def _ages(report: Report) -> Table:
    money = report.money
    rows = [[age, str(money.ages[age].invoices), dollars(money.ages[age].amount)] for age in AGES]
    rows.append(["Open in all", str(sum(one.invoices for one in money.ages.values())), dollars(money.open)])
    if money.overpaid:
        rows.append(["Paid too much", "", dollars(money.overpaid)])
    bars = [
        _bar(age, [(float(one.amount), "overdue" if place else "not yet due", Tone.MISSED if place else Tone.OPEN)],
             dollars(one.amount))
        for place, (age, one) in enumerate(money.ages.items())
    ]  # fmt: skip
    says = "What was owed at the end of the period, by how long it had been due."
    columns = ["Due since", "Invoices", "Amount"]
    return Table("ages", "Money open", says, columns, rows, 1, bars if money.open else (), counted=False)
