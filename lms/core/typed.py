"""What forms, addresses and stored texts say, read without trusting them."""

# So many digits fit into the keys of every database.
MOST_DIGITS = 18


def number_in(text: object) -> int | None:
    """The whole number that a text is, in plain digits; None for anything else, or more than a key can hold."""
    digits = str(text)
    plain = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
    return int(digits) if plain else None
