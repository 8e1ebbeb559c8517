"""Whom the benchmarks are about."""


def person(number: int) -> dict[str, str]:
    """The attributes object of a customer, as a participation writes it."""
    return {
        "external_id": f"customer-{number}",
        "email": f"customer-{number}@example.com",
        "phone": f"+1313{2_000_000 + number}",
        "first_name": "Ana",
    }
