"""Tracking numbers of sixteen digits with their check digit (facts 18)."""


def check_digit(digits):
    """Weights 3,1,3,1... from the left; distance of the sum to the next multiple of ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def build(customer_number, sequence):
    """Seven digits of the customer number, eight of the sequence, one check digit."""
    digits = str(customer_number).zfill(10)[-7:] + str(sequence).zfill(8)[-8:]
    return digits + check_digit(digits)


def is_valid(pin):
    """Whether a sixteen-digit number carries the right check digit."""
    return len(pin) == 16 and pin.isdigit() and check_digit(pin[:15]) == pin[15]
