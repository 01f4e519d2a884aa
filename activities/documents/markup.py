"""The texts of XML, as lines of `name: value`, without reading it as XML: no entity is ever looked up."""

import re
from collections.abc import Iterator
from html import unescape

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_.]+|\[\d+\]")
"""Where a name that a program gives is parted into words: `PatientName`, `patient_name`."""
_TAG = re.compile(r"<(/?)(?:[\w.-]+:)?([\w.-]+)([^<>]*)>([^<>]*)")
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])((?:[\w.-]+:)?[\w.-]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_NAMED_BY = frozenset({"name", "key", "label", "title", "field", "tag"})
_LISTS = frozenset({"li", "Seq", "Bag", "Alt", "Description", "lpwstr", "lpstr", "i4", "filetime", "value", "string"})
"""Elements that only hold the value of the one around them."""
_PLUMBING = ("xmlns", "xml:", "rdf:about", "rsid", "w:rsid", "r:id", "mc:", "schemaLocation")


def text_of_xml(content: bytes) -> str:
    """Return the texts of XML and its attributes, each behind the name of its element or attribute."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return "\n".join(_lines(content.decode(encoding, "replace")))


def _lines(text: str) -> Iterator[str]:
    around = named = ""
    for closing, name, rest, said in _TAG.findall(text):
        if not closing:
            around = around if name in _LISTS else name
            attributes = [(key, unescape(one or other)) for key, one, other in _ATTRIBUTE.findall(rest)]
            named = next((value for key, value in attributes if _local(key) in _NAMED_BY), named)
            told = [(key, value) for key, value in attributes if value.strip() and not key.startswith(_PLUMBING)]
            yield from (f"{_words(_local(key))}: {value}" for key, value in told)
            others = [value for key, value in told if _local(key) not in _NAMED_BY]
            if named and others and any(_local(key) in _NAMED_BY for key, _ in told):
                yield f"{_words(named)}: {others[-1]}"
        if value := unescape(said).strip():
            yield f"{_words(around if name in _LISTS else name)}: {value}"
            if named:
                yield f"{_words(named)}: {value}"
                named = ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _words(name: str) -> str:
    return CAMEL.sub(" ", name)
