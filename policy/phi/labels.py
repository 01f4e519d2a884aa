"""Labels of numbers, dates and ways to reach somebody: what must follow each of them is recognised by its form."""

from policy.phi import values
from policy.phi.kinds import Kind
from policy.phi.label import KIN, NUM, PACIENTE, PATIENT, PEOPLE, WHO, Label, label

_PHONE = (
    r"(?:phone|tel(?:ephone)?\b\.?|cell(?:ular)?(?: ?phone)?|mobile(?: ?phone)?|fax|number"
    r"|contact(?: (?:number|phone|tel))?)(?: (?:numbers?|no\b\.?|nr|#))?"
)
_WHEN = r"(?:home|cell|mobile|day ?time|evening|work|primary|alternate|preferred|contact|call ?back|private)"
_VERBS = r"(?:(?:was|is|can|may|could|has|had|be|been|to|then|later|will) ){0,3}"
_REACHED = (
    rf"{WHO} {_VERBS}(?:called|reached|contacted|phoned|telephoned|notified|informed|reachable|available|texted"
    r"|e-?mailed)",
    r"(?:call|reach|contact|phon|telephon|notif|text|e-?mail|inform)(?:ed|ied|ing|y)? (?:the |this |our )?"
    r"(?:patient|pt)",
)
_CARE = r"(?:exam(?:ination)?|study|scan|visit|appointment|surgery|imaging|biopsy|ct|mri|pet|ultrasound|mammogram)"
_WHICH = (
    r"(?:(?:last|first|second|repeat|initial|previous|prior|follow-?up|original|index|head|chest|abdomen|ct|mri|pet)"
    r" ){0,3}"
)
_CARED = (
    r"(?:(?:was|were|is|had|has|been|who|first|then|again|also|last|next|later) ){0,4}"
    r"(?:re-?)?(?:scanned|imaged|examined|seen|treated|recalled|returned for|underwent|presented|came)\b[^\n.;|]{0,50}?"
)
_SOON = r"[^\n.;|]{0,40}?\b"
LABELS: tuple[Label, ...] = (
    label(
        Kind.BIRTH_DATE,
        "birth dob d. born b. nacim nacid",
        values.DATE,
        r"dates? of birth",
        r"birth ?(?:dates?|day)?(?: ?[/&] ?\w+)?(?! certificate)",
        r"(?:d\. ?o\. ?b\.?|dob(?![^\W_])\.?)(?: ?[/&] ?\w+)?",
        r"born\b",
        r"(?:fecha|f\.|fec\.?) (?:de )?nac(?:imiento|\.)",
        r"nacid[oa](?: el)?\b",
        rf"b\.(?= ?(?:\d|{values.MONTH}))",
    ),
    label(
        Kind.DATE,
        "patient pt pat. adm disch death deceased died passed hospitali d. surgery biopsy operation date diagnos lmp"
        " edd",
        values.DATE,
        r"dates? of (?:admission|discharge|death|hospitali[sz]ation)\b",
        r"(?:admission|adm\.|discharge|disch\.|death)(?: date)?(?!\w)",
        r"date (?:admitted|discharged|deceased)\b",
        r"(?:admitted|discharged|deceased|died|passed away|hospitali[sz]ed)\b"
        r"(?: (?:home|today|again|to|from)(?: \w+)?)?",
        r"d\. ?o\. ?d\.?(?!\w)",
        r"(?:surgery|biopsy|operation)(?: date| on)|dates? of (?:surgery|biopsy|operation|injury|onset|diagnosis)",
        r"diagnosed|lmp\b|edd\b",
        rf"{PATIENT} {_CARED}",
        rf"{PATIENT} {_WHICH}{_CARE}(?: date)?\b(?: (?:of|on|from|was))?",
        rf"(?:dates? of )?{_CARE}(?: date)? (?:of|for) (?:the |this )?(?:patient|pt)\b",
        rf"{PATIENT} (?:dates? of |service |procedure |treatment )(?:{_CARE}|service|procedure|treatment|date)\b",
    ),
    label(
        Kind.RECORD_NUMBER,
        "mrn m. mr rec pat pt health hosp clinical chart encounter visit csn episode pid empi ray film jacket"
        " radiology fin har expediente historia nhc",
        values.NUMBER,
        r"m\. ?r\. ?n\b\.?",
        r"mrn(?![^\W_])",
        r"m\.?r\.? ?(?:#|no\b\.?)",
        rf"(?:p ?id|empi|hosp\.?|x-?ray|film|jacket|radiology|record){NUM}",
        r"(?:pid|empi|fin|har)(?= ?[:#])",
        r"(?:patient|pt)(?= ?\d{6})",
        rf"med(?:ical|\.)? ?rec(?:ord|\.)?s?{NUM}?",
        rf"(?:patient|pat\.|pt)\.?(?:'s)? ?(?:{NUM}|(?:record|chart){NUM}?|file{NUM})",
        rf"(?:health|hospital|clinical|(?<!control\x20)(?<!qc\x20)chart){NUM}",
        rf"(?:health|hospital|clinical|unit) record{NUM}",
        rf"(?:encounter|visit|csn|episode){NUM}",
        r"csn\b",
        r"mrn(?=\d)",
        r"(?:n[uú]mero|n[uú]m\.?|n[oº°]\.?|nro\.?) (?:de )?(?:expediente|historia(?: cl[ií]nica)?|paciente)",
        r"(?:historia cl[ií]nica|expediente(?: m[eé]dico)?)(?: (?:n[uú]mero|n[uú]m\.?|no\.?))?(?= ?[:#\d])|nhc\b",
        holds=values.is_record_number,
    ),
    label(
        Kind.ACCESSION_NUMBER,
        "acc order requisition exam study",
        values.NUMBER,
        rf"accession{NUM}?",
        r"acc(?:n|ess)?\b\.?(?: ?#| no\b\.?| num(?:ber)?\b)",
        r"acc\.?(?= ?:)",
        rf"(?:placer|filler|imaging) order{NUM}",
        r"(?:requisition|exam(?:ination)?|study) ?(?:numbers?|no\b\.?|#|id)",
        holds=values.is_record_number,
    ),
    label(
        Kind.SOCIAL_SECURITY_NUMBER,
        "soc ss s. segur",
        r"(?:\d[ \-.]{0,3}){8}\d(?!\d)|(?:[x*•#]{2,3}[ \-]{0,3}){1,2}\d{4}(?!\d)|\d{4}(?![\d-])",
        rf"(?:social security|soc\.? sec\.?|ssn\b|s\. ?s\. ?n\b\.?){NUM}?"
        r"(?: ?[(\[]?last (?:four|4)(?: digits)?[)\]]?)?",
        r"ss ?(?:#|no\b\.?)",
        r"(?:n[uú]mero|no\.?) (?:de )?(?:la )?(?:seguridad|seguro) social",
        holds=values.is_social,
    ),
    label(
        Kind.BENEFICIARY_NUMBER,
        "beneficiary policy medica mbi hicn health insur subscriber payer member",
        values.CODE,
        rf"(?:health ?plan |medicare |medicaid |insurance )?beneficiary{NUM}?",
        rf"(?:medicare|medicaid|mbi|hicn)\b{NUM}?",
        rf"(?:health ?plan|(?:health )?insurance|insured|subscriber|policy ?holder|payer)"
        rf" ?(?:member |policy |group |card )?{NUM}",
        r"(?:insurance|health ?plan) (?:policy|card)(?! for)",
        rf"(?<!acr\x20)(?<!aapm\x20)(?<!society\x20)member{NUM}",
        holds=values.is_code,
    ),
    label(
        Kind.ACCOUNT_NUMBER,
        "acc credit",
        values.NUMBER,
        rf"(?:patient|pt|guarantor|hospital|billing|bank)(?:'s)? (?:account|acct\b\.?){NUM}?",
        r"(?<!vendor\x20)(?<!customer\x20)(?<!facility\x20)(?<!service\x20)(?<!supplier\x20)(?<!acr\x20)(?<!office\x20)"
        rf"(?:account|acct\b\.?)(?:{NUM}|(?= ?[:#]))",
        rf"credit card{NUM}?",
        holds=values.is_record_number,
    ),
    label(
        Kind.LICENCE_NUMBER,
        "driv operator dl d.l passport certificate alien patient pt state",
        values.CODE,
        rf"(?:driver'?s?'?|driving|operator'?s) lic(?:en[sc]e|\.){NUM}?",
        rf"d\.?l\.?n?{NUM}",
        r"dln?(?= ?[:#])",
        rf"passport{NUM}?",
        rf"(?:birth|death|marriage) certificate{NUM}?",
        rf"alien registration{NUM}?",
        rf"(?:patient|pt)(?:'s)? (?:state )?(?:licen[sc]e|certificate|id card){NUM}?",
        rf"state id(?: card)?{NUM}?",
        holds=values.is_code,
    ),
    label(
        Kind.PHONE,
        PEOPLE,
        values.PHONE,
        rf"{WHO} (?:{_WHEN} ){{0,2}}{_PHONE}",
        r"(?:call(?:ed|ing)?|phoned?|text(?:ed)?|reach(?:ed)?|contact(?:ed)?|notif(?:y|ied))"
        rf" (?:the |his |her |their )?{KIN}[^\n.;|\d]{{0,25}}?",
        rf"tel[eé]fono {PACIENTE}",
        r"home(?: (?:phone|tel(?:ephone)?\b\.?|number|fax)(?: (?:number|no\b\.?|#))?|(?= ?:))",
        rf"{_PHONE} (?:of|for) (?:the )?(?:patient|pt)\b",
        r"(?:phone|tel(?:ephone)?|cell|mobile|fax)\.? ?\((?:home|h|patient|pt)\)",
        rf"(?:{'|'.join(_REACHED)})\b{_SOON}(?:at|on|by|via|under|phone|tel|telephone|cell|mobile|number)",
        holds=values.is_phone,
    ),
    label(
        Kind.EMAIL,
        "mail @",
        values.EMAIL,
        rf"(?:{WHO}|home|private|personal)(?: (?:home|private|personal|contact))? e-?mail(?: address)?",
        rf"(?:{'|'.join(_REACHED)})\b{_SOON}(?:at|via|by|under|to|e-?mail)",
        r"e-?mail(?: address)? (?:of|for) (?:the )?(?:patient|pt)\b",
        r"(?:patient|pt)(?=[\s(])",
    ),
    label(
        Kind.ADDRESS,
        "address residen lives living resid",
        rf"{values.STREET}|\d{{1,6}}[A-Z]? [A-Z][^\n|]{{3,60}}\b{values.ZIP}"
        rf"|(?:[A-Z][\w.'-]+,? ){{1,4}}[A-Z]{{2}},? {values.ZIP}|(?-i:[A-Z][a-z]+(?: [A-Z][a-z]+)?, ?[A-Z]{{2}}\b)",
        rf"{WHO}(?: (?:home|street|mailing|postal|residential))? address(?:es)?",
        r"(?:home|residential) address|address (?:of|for) (?:the )?patient",
        r"residence",
        r"(?:lives|living|resides|residing|resident) (?:at|in|on|of)",
    ),
    label(Kind.ADDRESS, "zip post", values.ZIP, rf"(?:{WHO}|home)(?: home)? (?:zip(?: ?code)?|postal ?code|postcode)"),
    label(
        Kind.WEB_ADDRESS,
        "http www",
        values.URL,
        rf"{WHO}(?: (?:portal|personal|web|home ?page|record|chart|social)){{0,3}} ?(?:url|link|page|address)?",
        rf"{WHO} (?:web ?site|profile|portal)",
    ),
    label(
        Kind.IP_ADDRESS,
        "ip",
        values.IP,
        rf"{WHO}[^\n.;|]{{0,30}}?\bip\b(?: address)?",
        r"home ip(?: address)?",
        r"ip(?: address)? of (?:the )?(?:patient|pt)[^\n.;|]{0,20}",
    ),
    label(Kind.AGE, "age", values.OVER_89, r"age(?:d| at (?:exam|scan|study))?(?: ?/ ?(?:sex|gender))?\b"),
    label(
        Kind.DEVICE_NUMBER,
        "pacemaker recorder shunt lvad cgm clip defib icd implant stent prosthe stimulator cochlear vns pump port"
        " hearing glucose device",
        values.CODE,
        r"(?:pacemakers?|loop recorders?|shunts?|lvad\b|cgm\b|aneurysm clips?|defibrillators?|icd\b|implant\w*|stents?"
        r"|prosthe\w+|(?:neuro)?stimulators?|cochlear|vns\b"
        r"|insulin pumps?|port-?a-?cath|hearing aids?|glucose monitors?|(?:patient|pt)'s device)"
        rf"[^\n.;]{{0,60}}?\b(?:serial{NUM}?|s ?/ ?n\b|sn\b|lot{NUM}|udi\b|device{NUM})",
        holds=values.is_code,
    ),
    label(
        Kind.VEHICLE_NUMBER,
        "plate vin vehicle",
        values.CODE,
        rf"(?:licen[sc]e|registration) plates?{NUM}?",
        rf"plate{NUM}",
        rf"vin\b{NUM}?",
        rf"vehicle (?:identification|registration|id|tag|licen[sc]e){NUM}?",
        holds=values.is_code,
    ),
)
"""Every label whose value is recognised by its form."""
