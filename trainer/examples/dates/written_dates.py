"""Dates in many written forms, and their ISO form."""

from datetime import date, timedelta

import numpy as np

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FIRST_DAY, DAYS = date(1950, 1, 1), 36_525

ISO_CHARACTERS = "^-0123456789"
"""Characters of the target; the first begins what the decoder reads."""

WRITTEN_CHARACTERS = "_ ',-./0123456789ABCDEFGHIJLMNOPRSTUVWY" + "abcdefghijlmnoprstuvwy"
"""Characters of the source; the first is padding."""


def draw_dates(number: int, random: np.random.Generator) -> list[date]:
    """Draws different days between 1950 and 2049.

    Args:
        number: Number of days.
        random: Source of randomness.
    """
    days = random.choice(DAYS, size=number, replace=False)
    return [FIRST_DAY + timedelta(days=int(day)) for day in days]


def write_date(day: date, random: np.random.Generator) -> str:
    """Writes a date in a random form that is not ISO.

    Day, month and year stand in one of three orders; the month is a number, or a name of three
    letters or more. Numbers in the order month, day are left out, as they cannot be told from day,
    month. Years of two digits follow an apostrophe.

    Args:
        day: The date.
        random: Source of randomness.

    Example:
        >>> random = np.random.default_rng(0)
        >>> [write_date(date(2026, 3, 7), random) for _ in range(4)]
        ['2026-3-07', '2026-mar-7th', "7/03/'26", '07.03.2026']
    """
    while True:
        text = _written(day, random)
        if text != day.isoformat():
            return text


def _written(day: date, random: np.random.Generator) -> str:
    def draw(*options: str) -> str:
        return options[random.integers(len(options))]

    year = draw(str(day.year), str(day.year), str(day.year), f"'{day.year % 100:02d}")
    number = draw(str(day.day), f"{day.day:02d}")
    if random.random() < 0.4:
        month = draw(str(day.month), f"{day.month:02d}")
        if random.random() < 0.5:
            return draw("-", "/", ".").join((str(day.year), month, number))
        return draw(".", "/").join((number, month, year))
    name = MONTHS[day.month - 1]
    name = draw(name, name[:3])
    number = draw(number, f"{day.day}{_ordinal(day.day)}")
    order = random.integers(3)
    if order == 0:
        text = draw(" ", " ", "-", " of ").join((number, name)) + draw(" ", ", ") + year
    elif order == 1:
        text = f"{name} {number}{draw(', ', ' ')}{year}"
    else:
        text = draw(" ", "-").join((str(day.year), name, number))
    if random.random() < 0.3:
        text = WEEKDAYS[day.weekday()] + draw(" ", ", ") + text
    return draw(text, text, text.lower(), text.upper())


def _ordinal(number: int) -> str:
    if number in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
