"""Sets of names, written as a text: they read as a list and not as a page of quotes."""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())
