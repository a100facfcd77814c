"""Names of files and folders, and addresses inside a page, made from what people call things."""

from __future__ import annotations

import re
import unicodedata


def slug(text: str) -> str:
    """This text as a part of an address: letters and digits, lower case, with hyphens.

    >>> slug("Barking & Dagenham"), slug("Où est « l'eau » ?"), slug("?")
    ('barking-and-dagenham', 'ou-est-l-eau', '')
    """
    letters = unicodedata.normalize("NFKD", text.replace("&", " and "))
    return "-".join(re.findall(r"[a-z0-9]+", letters.encode("ascii", "ignore").decode().lower()))
