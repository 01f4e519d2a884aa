"""The pictures of an export of a case, and the page that leads to all its files."""

from collections.abc import Iterator

from pictures.calendar import calendar_file
from pictures.drawing import draw_alone
from pictures.life import Life
from pictures.page import life_page, rendered
from policy.words import instant_in_words
from services.export.parts import INDEX, Manifest, Part, rooms_of

ROOMS = {"": "The case", "pictures": "Pictures", "letters": "Letters", "papers": "Papers", "history": "History"}
PICTURES = "pictures"


def picture_parts(life: Life) -> Iterator[Part]:
    """Yield a life as a picture, as a page with tables, and as a calendar."""
    told_at = life.now or life.closed_at or life.opened_at
    yield Part(PICTURES, "life.svg", "The life as a picture", draw_alone(life).encode())
    yield Part(PICTURES, "life.html", "The life as a page with its picture and tables", life_page(life).encode())
    yield Part(PICTURES, "windows.ics", "Its windows as a calendar", calendar_file(life, told_at))


def index_part(manifest: Manifest, life: Life) -> Part:
    """Return the page that leads to all files of an export."""
    rooms = [(ROOMS.get(room, room), files) for room, files in rooms_of(manifest.files)]
    made = (
        f"Made on {instant_in_words(manifest.made_at, life.zone)} by {manifest.made_by}; as told by {manifest.told_by}."
    )
    page = rendered("dossier.html.j2", title=life.title, made=made, life=life, rooms=rooms, missing=manifest.missing)
    return Part("", INDEX, "This page", page.encode())
