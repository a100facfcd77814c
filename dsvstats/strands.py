"""The diversity strands: which groups each scheme has, in what order, and what goes into what."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dsvstats.errors import InputError, near
from dsvstats.terms.definitions import APPROXIMATE as APPROXIMATELY
from dsvstats.terms.definitions import with_made
from dsvstats.terms.schemes import ALL, APPROXIMATE, EXACT, LEFT_OUT, SCHEMES, Scheme

NOT_RECORDED = "Not recorded"
IMPLIED = "Not recorded (implied)"
UNRECORDED = (NOT_RECORDED, IMPLIED)
CROSSED = " x "

_AGE = "(0|[1-9][0-9]?|1[0-2][0-9])"
_BAND = re.compile(rf"{_AGE}(?:-{_AGE}|\+)")
_MERGED = re.compile(rf"{_AGE}\+ or not recorded")
_REPORTS = re.compile(r"0|[1-9][0-9]{0,3}\+?")


def parts(strand: str) -> list[str]:
    """Which schemes is this strand made of?

    >>> parts("age x gender")
    ['age', 'gender']
    """
    return strand.split(CROSSED)


def scheme(strand: str) -> Scheme:
    """What is this strand's scheme? An unknown strand is an error that lists the near ones.

    >>> scheme("gender").groups
    ('Female', 'Male')
    """
    try:
        return SCHEMES[strand]
    except KeyError:
        raise InputError(
            where="strand",
            rule="one of the strands",
            value=strand,
            mend=near(strand, list(SCHEMES)),
        ) from None


def title(strand: str) -> str:
    """What is this strand called on a page?

    >>> title("age x gender")
    'Age by gender'
    """
    first, *rest = [scheme(part).title for part in parts(strand)]
    return " by ".join([first, *[each[0].lower() + each[1:] for each in rest]])


def made_from(strand: str) -> str:
    """Which strand is this one made from, exactly? Itself, if from no other.

    >>> made_from("ethnicity_two"), made_from("ethnicity_officer_defined"), made_from("age")
    ('ethnicity_self_defined', 'ethnicity_officer_defined', 'age')
    """
    finest = {to: source for source, to in reversed(EXACT)}
    return CROSSED.join(finest.get(part, part) for part in parts(strand))


def band(group: str) -> tuple[float, float] | None:
    """Which ages does an age band cover, both ends included? None where it is not a band.

    >>> band("18-29"), band("60+"), band("Not recorded")
    ((18.0, 29.0), (60.0, inf), None)
    """
    match = _BAND.fullmatch(group)
    if not match:
        return None
    low, high = float(match[1]), float(match[2]) if match[2] else np.inf
    return (low, high) if low <= high else None


def known(strand: str, group: str) -> bool:
    """Is this a group of the strand? Unrecorded people are in every strand but "all".

    >>> known("gender", "Female"), known("gender", "F"), known("age", "18-29")
    (True, False, True)
    """
    schemes = parts(strand)
    if len(schemes) > 1:
        members = group.split(CROSSED)
        return len(members) == len(schemes) and all(map(known, schemes, members))
    if strand == "all":
        return group == ALL
    if group in UNRECORDED:
        return True
    if strand == "age":
        return band(group) is not None or bool(_MERGED.fullmatch(group))
    if strand == "reports":
        return bool(_REPORTS.fullmatch(group))
    return group in scheme(strand).groups


def recorded(group: str) -> bool:
    """Does the group say something of the people in it?

    >>> recorded("Female"), recorded("Not recorded (implied)"), recorded("70+ or not recorded")
    (True, False, False)
    """
    return not any(part in UNRECORDED or _MERGED.fullmatch(part) for part in group.split(CROSSED))


def called(strand: str, group: str, *, noun: str = "people") -> str:
    """What are the people of this group called, in a sentence?

    >>> called("gender", "Female"), called("ethnicity_broad", "Black", noun="residents")
    ('women', 'Black residents')
    >>> called("age", "18-29"), called("age", "60+"), called("age", "0-17")
    ('people aged 18 to 29', 'people aged 60 or over', 'children under 18')
    """
    if strand == "all":
        return "everyone"
    if not recorded(group):
        return f"{noun} {group[:1].lower()}{group[1:]}"
    pairs = list(zip(parts(strand), group.split(CROSSED), strict=False))
    if len(pairs) > 1:
        return " who are ".join(called(*each, noun=noun) for each in pairs)
    if strand == "age" and (ages := band(group)):
        return _of_ages(*ages, noun)
    words = dict(SCHEMES[strand].people) if strand in SCHEMES else {}
    return words.get(group, f"{{}} recorded as {group}").format(noun)


def label(strand: str, group: str) -> str:
    """What are the people of this group called at the head of a row?

    >>> label("gender", "Female"), label("age", "18-29"), label("ethnicity_broad", "Black")
    ('Women', '18 to 29', 'Black')
    """
    if not recorded(group):
        return group
    pairs = zip(parts(strand), group.split(CROSSED), strict=False)
    return ", ".join(_label(*each) for each in pairs)


def _label(strand: str, group: str) -> str:
    if strand == "age":
        return group.replace("-", " to ")
    words = dict(SCHEMES[strand].people).get(group, "") if strand in SCHEMES else ""
    plain = words and "{" not in words
    return words[:1].upper() + words[1:] if plain else group


def _of_ages(low: float, high: float, noun: str) -> str:
    if high == np.inf:
        return f"{noun} aged {low:.0f} or over"
    if low == 0:
        return f"{'children' if high < 18 else noun} under {high + 1:.0f}"
    return f"{noun} aged {low:.0f} to {high:.0f}"


def rank(strand: str, group: str) -> tuple:
    """Where does the group stand in its strand's order? Unrecorded people come last.

    >>> sorted(["Not recorded", "60+", "18-29", "6-9"], key=lambda group: rank("age", group))
    ['6-9', '18-29', '60+', 'Not recorded']
    """
    places = []
    for part, member in zip(parts(strand), group.split(CROSSED), strict=False):
        if member in UNRECORDED:
            places.append((2, UNRECORDED.index(member), 0))
        elif part in ("age", "reports"):
            start = re.match(r"\d+", member)
            places.append(
                (1 if _MERGED.fullmatch(member) else 0, int(start[0]) if start else 999, 0)
            )
        else:
            groups = SCHEMES[part].groups if part in SCHEMES else ()
            places.append((0, groups.index(member) if member in groups else len(groups), 0))
    return tuple(places)


def ordered(strand: str, groups) -> list[str]:
    """The strand's groups in its order, each once.

    >>> ordered("gender", ["Not recorded", "Male", "Female", "Male"])
    ['Female', 'Male', 'Not recorded']
    """
    return sorted(set(groups), key=lambda group: (rank(strand, group), group))


def reference(strand: str, groups, *, chosen: dict[str, str] | None = None) -> str | None:
    """Which of these groups are the others compared with?

    The chosen one, else the scheme's usual reference; for ages, the band that holds 30. None
    where the usual reference is not among the groups. A chosen group that is not among them is
    an error that lists them.

    >>> reference("gender", ["Female", "Male"])
    'Male'
    >>> reference("age", ["18-29", "30-39"], chosen={"age": "18-29"})
    '18-29'
    """
    groups = [group for group in ordered(strand, groups) if recorded(group)]
    want = (chosen or {}).get(strand)
    if want is not None:
        if want not in groups:
            raise InputError(
                where=f"reference[{strand!r}]",
                rule="one of the strand's groups here",
                value=want,
                mend=near(want, groups) if groups else "no group of this strand was supplied",
            )
        return want
    usual = [
        _usual(part, [g.split(CROSSED)[i] for g in groups]) for i, part in enumerate(parts(strand))
    ]
    joined = CROSSED.join(each or "" for each in usual)
    return joined if joined in groups else None


def _usual(strand: str, groups: list[str]) -> str | None:
    age = scheme(strand).reference_holds
    if age is None:
        return scheme(strand).reference
    return next((each for each in groups if (b := band(each)) and b[0] <= age <= b[1]), None)


def recode(
    cases: pd.DataFrame,
    *,
    strand: str,
    to: str | list[str],
    approximate: bool = False,
) -> pd.DataFrame:
    """What are these counts in coarser groups?

    Rows of ``strand`` are mapped to the scheme ``to`` and added up; rows of other strands are
    left out. For ages, ``to`` is a list of bands, each made of whole bands of the counts.
    What has no honest mapping is refused; what is only roughly right (officer-defined groups
    as broad ones: nobody asked the person) needs ``approximate=True`` and says so in
    ``definition``, so that everything made from it is flagged. People who have no place in the
    coarser scheme are left out, roughly too.

    Returns the counts frame, one row per new group.

    >>> from dsvstats import counts
    >>> cases = counts.table("Wandsworth", "victim_records", "crime", "ethnicity_broad",
    ...                      {"White": 415, "Mixed": 34, "Asian": 42, "Black": 138, "Other": 14})
    >>> recode(cases, strand="ethnicity_broad", to="ethnicity_two")[["group", "count"]]
                           group  count
    0                      White    415
    1  Black and minority ethnic    228
    """
    scheme(strand)
    rows = cases[cases["strand"] == strand]
    if isinstance(to, str):
        mapping, target = _mapping(strand, to, approximate), to
    else:
        mapping, target = _bands(strand, rows["group"].unique(), to), strand
    groups = rows["group"].map(lambda group: group if not recorded(group) else mapping.get(group))
    lost = sorted(rows.loc[groups.isna(), "group"].unique())
    if lost:
        raise InputError(
            where="group",
            rule=f"a group that goes whole into {to}",
            value=lost,
            mend="leave these rows out, or choose groups that hold them whole",
        )
    rows = rows.assign(strand=target, group=groups)[(groups != LEFT_OUT).to_numpy()]
    if (strand, target) in APPROXIMATE:
        rows["definition"] = [with_made(each, APPROXIMATELY) for each in rows["definition"]]
    key = [each for each in cases.columns if each not in ("count", "withheld")]
    summed = (
        rows.groupby(key, sort=False, dropna=False)
        .agg(count=("count", lambda counts: counts.sum(skipna=False)), withheld=("withheld", "any"))
        .reset_index()
    )
    summed["count"] = summed["count"].astype("Int64")
    place = summed["group"].map(lambda group: rank(target, group))
    return summed[list(cases.columns)].iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _mapping(strand: str, to: str, approximate: bool) -> dict[str, str]:
    scheme(to)
    if (strand, to) in EXACT:
        return EXACT[strand, to]
    if (strand, to) in APPROXIMATE and approximate:
        return APPROXIMATE[strand, to]
    possible = [b for a, b in [*EXACT, *(APPROXIMATE if approximate else [])] if a == strand]
    raise InputError(
        where="to",
        rule=f"a scheme that {strand} can honestly go into",
        value=to,
        mend=(
            "only roughly right: ask for it with approximate=True"
            if (strand, to) in APPROXIMATE
            else f"choose from {', '.join(possible) or 'none'}"
        ),
    )


def _bands(strand: str, groups, to: list[str]) -> dict[str, str]:
    if strand != "age":
        raise InputError(
            where="to",
            rule="the name of a scheme",
            value=to,
            mend="only ages are recoded into a list of bands",
        )
    wide = {each: ages for each in to if (ages := band(each))}
    if len(wide) < len(set(to)):
        raise InputError(
            where="to",
            rule="age bands such as '18-29' or '60+'",
            value=to,
            mend="write whole years, lowest first",
        )
    mapping = {}
    for group in groups:
        if narrow := band(group):
            for name, (low, high) in wide.items():
                if low <= narrow[0] and narrow[1] <= high:
                    mapping[group] = name
    return mapping
