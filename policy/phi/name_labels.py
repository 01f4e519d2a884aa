"""Labels of names. Whether a name stands behind them is for `names` to say."""

from policy.phi.kinds import Kind
from policy.phi.label import KIN, NAME_PART, PACIENTE, PATIENT, PAYER, PEOPLE, PERSON, label

NAMED = label(
    Kind.NAME,
    PEOPLE,
    r"[^\n]{2,80}",
    rf"(?:{PERSON}|{PAYER}|{KIN}) ?(?:{NAME_PART},? (?:and {NAME_PART} )?|sur)?names?\b"
    r"(?: ?\(?(?:last, ?first|first, ?last)[^\n:)]{0,12}\)?)?",
    r"names? of (?:the )?(?:patient|pt\b|subject|volunteer|participant|child|insured|subscriber|guarantor|next of kin)",
    r"mother'?s? maiden name",
    r"next of kin",
    r"guarantor",
    r"parents?/(?:legal )?guardian",
    r"legal guardian",
    rf"(?:nombres?(?: y apellidos?)?|apellidos?(?: y nombres?)?) {PACIENTE}",
    r"paciente(?=\s*[:=])",
)
"""Labels that say that a name follows."""
INITIALS = label(Kind.NAME, "initials", r"[A-Z]\.? ?(?:[A-Z]\.? ?)?[A-Z]\b\.?", rf"{PATIENT} initials")
ALONE = label(
    Kind.NAME,
    PEOPLE,
    r"[^\n]{3,80}",
    r"(?:patient|pat\.|pt\.?)(?: seen| scanned| affected| concerned| involved)?(?=\s*[:=#|(\[-]|\t|\n|\s{2,})",
)
"""`Patient:` alone: a name of two words follows, or something else."""
WEAK = label(
    Kind.NAME,
    "name last first re: regarding nombre apellido " + PEOPLE,
    r"[^\n]{2,80}",
    rf"(?:(?:{NAME_PART} ?)?names?|surname|last, ?first(?: name)?|last|first|re|regarding|employer"
    rf"|nombres?(?: y apellidos?)?|apellidos?|{KIN})"
    r"(?= ?[:=#|\t\n])",
)
"""Labels of a name that is a patient's only where a patient is spoken of."""
