"""A report in words alone, as the board asks for it: no tables, graphs or diagrams.

After the board's commissioning brief: at most fifteen pages without appendices, and a paragraph on
the equality and diversity implications, which the report's author writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dsvstats import files
from dsvstats.errors import InputError
from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import docx, telling
from dsvstats.reporting.evidence.contents import Contents
from dsvstats.reporting.evidence.word_document import Document

MOST_PAGES = 15
IMPLICATIONS = "Equality and diversity implications"


def paragraph(path: Path | str | None) -> list[str]:
    """What the author wrote of the equality and diversity implications; without it no report."""
    if not path:
        raise _without(path or "", "write it in a text file and name that with --equality FILE")
    told = files.read_text(Path(path))
    found = docx.paragraphs(told)
    if not any(map(str.isalpha, " ".join(found))):
        raise _without(told, f"write it in {Path(path).name}: it is the author's own")
    return found


def _without(value: object, mend: str) -> InputError:
    return InputError(
        where="equality",
        rule="a paragraph on the equality and diversity implications, since the board accepts no "
        "report without one",
        value=value,
        mend=mend,
    )


def to_docx(held: Sequence[Contents], *, area: str, equality: Sequence[str]) -> bytes:
    """The report on this area, from its pages, in the order of a report to the board."""
    title = f"{area}: the police response to domestic and sexual violence"
    moment = max((telling.moment(each) for each in held), default=telling.UNDATED)
    written = Document(title, created=moment)
    written.heading(title, 0)
    for notice in dict.fromkeys(each for page in held for each in telling.notices(page)):
        written.paragraph(notice, lead="Notice.")
    written.heading("Summary", 1)
    for each in held:
        if each.answer:
            written.paragraph(each.answer.headline, "List Bullet")
    for each in held:
        _page(written, each)
    written.heading(IMPLICATIONS, 1)
    for text in equality:
        written.paragraph(text)
    _limits(written, held)
    _check_length(written, area)
    _appendix(written, held)
    return written.to_bytes()


def _page(written: Document, held: Contents) -> None:
    """What one page found, in sentences."""
    if not held.answer:
        return
    written.heading(telling.title(held), 1)
    if telling.dek(held):
        written.paragraph(telling.dek(held), "Subtle")
    for finding in held.answer.findings:
        told = " ".join(filter(None, [finding.text, finding.why]))
        written.paragraph(told, lead=docx.verdict(finding.verdict))
    for question in held.questions:
        headed = False
        for block in question.blocks:
            known: set[str] = set()
            for section in block.sections:
                fresh = [each for each in section.cautions if each not in known]
                known |= set(fresh)
                told = " ".join([*section.sentences, *fresh])
                if not told:
                    continue
                if not headed:
                    written.heading(question.heading, 2)
                    headed = True
                written.paragraph(told, lead=_finding(section))


def _finding(section: blocks.Section) -> str:
    """What the section found and whether it is firm, since no figure stands beside its words."""
    heading = telling.closed(section.heading) if section.heading else ""
    return " ".join(filter(None, [heading, docx.verdict(section.verdict)]))


def _limits(written: Document, held: Sequence[Contents]) -> None:
    told = dict.fromkeys(text for each in held for text in docx.paragraphs(each.limits))
    if told:
        written.heading("Limits", 1)
        written.items(told)


def _check_length(written: Document, area: str) -> None:
    pages = written.pages
    if pages > MOST_PAGES:
        raise InputError(
            where=f"report on {area}",
            rule=f"at most {MOST_PAGES} pages without its appendices, as the board asks",
            value=f"about {pages} pages",
            mend="publish fewer pages for the area, or shorten the paragraph in --equality",
        )


def _appendix(written: Document, held: Sequence[Contents]) -> None:
    """What was not supplied, the sources, the words used, and how to cite it."""
    written.page_break()
    written.heading("Appendix", 1)
    made = [each.provenance for each in held if each.provenance]
    docx.absent(written, (one for each in held for one in telling.absent(each)), level=2)
    docx.sources(written, (one for each in made for one in each.documents), level=2)
    docx.words(written, (one for each in held for one in telling.words(each)), level=2)
    written.heading("How to cite", 2)
    written.items(telling.citation(each) for each in held)
    written.paragraph(telling.footer(held[0]), "Note")
