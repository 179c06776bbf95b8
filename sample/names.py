"""Names and places of the sample, with diacritics and apostrophes, and how clerks mistype them."""

from __future__ import annotations

import random

FEMALE = (
    "María", "Ana", "Sofía", "Denise", "Keisha", "Linh", "Mei", "Fatima", "Aisha", "Patricia", "Elizabeth",
    "Jennifer", "Katherine", "Rebecca", "Zoë", "Renée", "Siobhán", "Olga", "Priya", "Rosa", "Lucía", "Carmen",
    "Tanisha", "Margaret", "Susan", "Deborah", "Grace", "Hannah", "Chloé", "Inês", "Yolanda", "Beatriz",
)  # fmt: skip
MALE = (
    "José", "Luis", "Jesús", "Robert", "William", "Michael", "James", "Daniel", "Andrew", "Thomas", "Anthony",
    "Malik", "Darnell", "Minh", "Wei", "Omar", "Yusuf", "Patrick", "Seán", "François", "André", "Miguel",
    "Ángel", "Rafael", "Samuel", "Joseph", "Christopher", "Edward", "Kenneth", "Tomás", "João", "Kwame",
)  # fmt: skip
LAST = (
    "García", "Rodríguez", "O'Brien", "O'Connor", "Smith", "Johnson", "Nguyễn", "Tran", "Silva", "Santos",
    "Pereira", "Rivera", "Díaz", "Torres", "Murphy", "Sullivan", "McCarthy", "Lopez", "Cruz", "Ortiz",
    "Jean-Baptiste", "Pierre", "Joseph", "Chen", "Wang", "Patel", "Singh", "Ahmed", "Hassan", "Kowalski",
    "Nowak", "D'Angelo", "Rossi", "LeBlanc", "Côté", "Williams", "Brown", "Davis", "Muñoz", "Peña",
    "Okafor", "Mensah", "Soares", "Almeida", "Fitzgerald", "Walsh", "Vega", "Núñez", "Hernández", "Martínez",
    "Clark", "Lewis", "Young", "King", "Wright", "Hill", "Green", "Baker", "Adams", "Nelson", "Carter",
)  # fmt: skip
NICKNAMES = {
    "Robert": "Bob", "William": "Bill", "Michael": "Mike", "James": "Jim", "Daniel": "Dan", "Andrew": "Andy",
    "Thomas": "Tom", "Anthony": "Tony", "Patricia": "Pat", "Elizabeth": "Liz", "Jennifer": "Jen",
    "Katherine": "Kate", "Rebecca": "Becky", "Margaret": "Peggy", "Susan": "Sue", "Deborah": "Debbie",
    "Samuel": "Sam", "Joseph": "Joe", "Christopher": "Chris", "Edward": "Ed", "Kenneth": "Ken",
}  # fmt: skip
STREETS = (
    "Main Street", "High Street", "Maple Avenue", "Elm Street", "Washington Street", "State Street",
    "Chestnut Street", "Union Street", "Park Avenue", "Bay Road", "Saint James Avenue", "Dwight Street",
    "Appleton Street", "Belmont Avenue", "Liberty Street", "Sumner Avenue", "Carew Street",
    "Franklin Street", "North Main Street", "South Street", "Lincoln Terrace", "Cherry Lane", "Walnut Court",
)  # fmt: skip
TOWNS = (
    ("Springfield", "01103"), ("Holyoke", "01040"), ("Chicopee", "01013"), ("Westfield", "01085"),
    ("Worcester", "01605"), ("Fitchburg", "01420"), ("Lowell", "01852"), ("Lawrence", "01841"),
    ("Lynn", "01902"), ("Brockton", "02301"), ("New Bedford", "02740"), ("Fall River", "02721"),
    ("Pittsfield", "01201"), ("Boston", "02121"), ("Chelsea", "02150"),
)  # fmt: skip


def mistyped(text: str, rng: random.Random) -> str:
    """Two neighbours swapped, or a letter dropped."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 2)
    if rng.random() < 0.5:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]


def misread(ssn: str, rng: random.Random) -> str:
    """One digit wrong."""
    at = rng.randrange(len(ssn))
    return ssn[:at] + str((int(ssn[at]) + rng.randrange(1, 10)) % 10) + ssn[at + 1 :]
