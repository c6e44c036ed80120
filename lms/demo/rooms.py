"""The two rooms of the demo's house. The address is invented; the coordinates are those of the city's centre."""

from decimal import Decimal

from lms.cohorts.models import Room

ADDRESS = "via dei Cortili 12, Milano (indirizzo inventato)"
ROOMS = [
    {
        "name": "Sala Sole",
        "capacity": 28,
        "latitude": Decimal("45.464203"),
        "longitude": Decimal("9.189982"),
        "directions_it": (
            "Metro M1 e M3, fermata Duomo, poi cinque minuti a piedi. Il portone è a metà della via: "
            "suona «Cohub».\n\nLa sala è al primo piano, in fondo al corridoio a destra. In bici: "
            "la rastrelliera è nel cortile, chiusa dopo le 20."
        ),
        "directions_en": (
            "Metro M1 and M3, stop Duomo, then five minutes on foot. The door is halfway down the street: "
            "ring «Cohub».\n\nThe room is on the first floor, at the end of the corridor on the right. By "
            "bike: the rack is in the courtyard, locked after 8 p.m."
        ),
        "accessibility_it": (
            "Ascensore da 90 cm dal cortile, porte da 85 cm, bagno accessibile sullo stesso piano. "
            "C’è un anello a induzione: chiedi alla portineria di accenderlo.\n\nSe ti serve un posto "
            "vicino alla porta o una pausa in più, scrivici due giorni prima."
        ),
        "accessibility_en": (
            "A lift 90 cm wide from the courtyard, doors 85 cm wide, an accessible toilet on the same floor. "
            "There is an induction loop: ask at the desk to switch it on.\n\nIf you need a seat near the "
            "door or one more break, write to us two days before."
        ),
    },
    {
        "name": "Sala Cortile",
        "capacity": 22,
        "latitude": Decimal("45.464390"),
        "longitude": Decimal("9.190310"),
        "directions_it": (
            "Metro M1 e M3, fermata Duomo, poi cinque minuti a piedi. Dal portone attraversa il cortile: "
            "la sala è al piano terra, porta verde a sinistra."
        ),
        "directions_en": (
            "Metro M1 and M3, stop Duomo, then five minutes on foot. Cross the courtyard from the street "
            "door: the room is on the ground floor, the green door on the left."
        ),
        "accessibility_it": (
            "Ingresso in piano, senza gradini, dal cortile lastricato. Bagno accessibile accanto alla sala. "
            "I tavoli si spostano e due si alzano."
        ),
        "accessibility_en": (
            "Level entrance without steps from the paved courtyard. An accessible toilet beside the room. "
            "The tables can be moved, and two of them raised."
        ),
    },
]


def create_rooms() -> list[Room]:
    """The rooms that were not there; one of the same name that somebody made is taken as it is."""
    found = [
        Room.objects.get_or_create(name=room["name"], defaults={"address": ADDRESS, **room})
        for room in ROOMS
    ]
    return [room for room, made in found if made]


def demo_rooms() -> list[Room]:
    """In the order of `ROOMS`."""
    rooms = Room.objects.in_bulk([room["name"] for room in ROOMS], field_name="name")
    return [rooms[room["name"]] for room in ROOMS]
