"""Why a finding is firm, or is not: one short sentence, from its flags."""

from __future__ import annotations

from dsvstats.estimates.verdicts import FIRM, NOT_FIRM
from dsvstats.reporting.wording import numerals, phrases
from dsvstats.reporting.wording.answers.found import Row, flag, missing
from dsvstats.terms import units

NEARLY = 0.97


def why(row: Row) -> str:
    """Why is the finding of this row firm, or why not?"""
    if row.verdict == FIRM:
        return _firm(row)
    if row.verdict == NOT_FIRM:
        return _doubtful(row)
    return ""


def _firm(row: Row) -> str:
    strand = phrases.upper_first(phrases.strand_alone(row.strand))
    if flag(row, "minimum_recorded") is not None:
        return f"{strand} is recorded only when someone asks, so that this is the least it can be"
    told = missing(row)
    if told is None:
        return f"Those without {a_group(row.strand)} could not change this"
    out, whole = told
    if not out:
        return f"{strand} was always recorded"
    if whole - out >= NEARLY * whole:
        return f"{strand} was nearly always recorded"
    return f"The {numerals.number(out)} without {a_group(row.strand)} could not change this"


def _doubtful(row: Row) -> str:
    told = missing(row)
    if flag(row, "could_turn") is None:
        return "Some people have several records, which could not be allowed for"
    if told is None:
        return f"How many have no {phrases.strand_alone(row.strand)} recorded is not known"
    out, whole = told
    records = "records" if row.unit in units.records() else "people"
    strand = phrases.strand_alone(row.strand)
    if out < 0.2 * whole:
        return f"The {numerals.number(out)} {records} without {a_group(row.strand)} could undo it"
    return f"{numerals.number(out)} {records} lack {strand}, and only {numerals.number(whole - out)} give it"


def a_group(strand: str) -> str:
    """What somebody lacks whose group of this strand was not recorded: an age, a gender.

    >>> a_group("ethnicity_broad"), a_group("gender"), a_group("disability")
    ('an ethnicity', 'a gender', 'a disability')
    """
    word = phrases.strand_alone(strand)
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"
