"""What is wrong with the input, where, and how to mend it."""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be used: where it is, the rule, the value received and the mend.

    >>> raise InputError(where="level", rule="a number between 0 and 1", value=95, mend="use 0.95")
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: level: must be a number between 0 and 1; received 95; use 0.95
    """

    def __init__(self, *, where: str, rule: str, value: object, mend: str) -> None:
        self.where, self.rule, self.value, self.mend = where, rule, value, mend
        super().__init__(f"{where}: must be {rule}; received {value!r}; {mend}")


def near(name: str, known: list[str], *, most: int = 5) -> str:
    """Which known names look like this one? A phrase for an error's mend.

    >>> near("Wandswort", ["Wandsworth", "Lambeth"])
    'did you mean Wandsworth?'
    >>> near("x", ["Wandsworth", "Lambeth"])
    'choose from Wandsworth, Lambeth'
    """
    import difflib

    folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(str(name).casefold(), folded, n=most, cutoff=0.6)
    if close:
        return f"did you mean {', '.join(folded[each] for each in close)}?"
    return f"choose from {', '.join(known)}"
