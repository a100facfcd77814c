"""A Word document: real headings, captions, header rows, alternative text, the same bytes twice."""

from __future__ import annotations

import base64
import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from dsvstats.reporting import blocks, tables
from dsvstats.reporting.evidence import shorthand, telling

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STAMP = (1980, 1, 1, 0, 0, 0)
_LETTERS, _LINE, _AFTER, _POINTS = 82, 15.0, 6.0, 690.0
"""Letters in a line of Arial 11, the height of a line, the gap after a paragraph, of a page."""
_WIDE, _LETTER, _MARGIN = 9070, 96, 55
_PADDING = 2 * _MARGIN + 10
_NAME, _MOST = 14, 22
"""Between the page's margins, of a letter and beside a cell's text, in twentieths of a point; the
letters that a name has at least, and a figure at most."""
_INK, _SOFT, _LINK = "1B1D1F", "4D545B", "0060A0"


class Document:
    """A Word document that is written from its beginning to its end."""

    def __init__(self, title: str, *, created: datetime) -> None:
        import docx

        self._document = docx.Document()
        _set_up(self._document)
        told = self._document.core_properties
        told.title, told.language, told.author, told.comments = title, "en-GB", "", ""
        told.created = told.modified = created
        told.revision, told.last_modified_by = 1, ""
        self._styles = {each.name: each.style_id for each in self._document.styles}
        self._numbers = {"Figure": 0, "Table": 0}
        self._points = 0.0

    @property
    def pages(self) -> int:
        """About how many pages its text takes: lines of letters as wide as they are on average."""
        return math.ceil(self._points / _POINTS)

    def heading(self, text: str, level: int) -> None:
        """A heading; 0 is the title."""
        self._document.add_heading(text, level)
        self._points += 45 * math.ceil(len(text) / 50)

    def page_break(self) -> None:
        """What follows stands on a page of its own."""
        self._document.add_page_break()

    def paragraph(self, text: str, style: str = "Normal", *, lead: str = "") -> Any:
        """A paragraph, which may begin with words in bold."""
        written = self._document.add_paragraph()
        written._p.style = self._styles[style]
        if lead:
            written.add_run(f"{lead} " if text else lead).bold = True
        written.add_run(text)
        self._points += _LINE * math.ceil((len(lead) + 1 + len(text)) / _LETTERS) + _AFTER
        return written

    def items(self, texts: Iterable[str]) -> None:
        """A list of these."""
        for each in texts:
            self.paragraph(each, "List Bullet")

    def linked(self, text: str, address: str) -> None:
        """An item of a list that ends in an address, which leads there where it can."""
        item = self.paragraph(text, "List Bullet")
        if not telling.leads(address):
            item.add_run(f" {address}")
            return
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import parse_xml

        known = self._document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, True)
        names = (
            f'{_W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        )
        item._p.append(
            parse_xml(
                f'<w:hyperlink {names} r:id="{known}"><w:r><w:rPr><w:color w:val="{_LINK}"/>'
                f'<w:u w:val="single"/></w:rPr><w:t xml:space="preserve"> {escape(address)}</w:t>'
                "</w:r></w:hyperlink>"
            )
        )

    def picture(self, png: str, *, caption: str, alt: str) -> None:
        """A picture with its caption and its alternative text."""
        from docx.shared import Cm

        shape = self._document.add_picture(io.BytesIO(base64.b64decode(png)), width=Cm(16))
        shape._inline.docPr.set("descr", alt)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption("Figure", caption)

    def table(self, table: blocks.Table) -> None:
        """A table under its caption, its first row repeated on each page."""
        from docx.oxml import parse_xml

        self._caption("Table", table.caption, before=True)
        body = self._document.element.body
        body.insert(len(body) - 1, parse_xml(_table(table)))
        for number, note in enumerate(table.notes, 1):
            self.paragraph(f"{number}. {note}", "Note")
        self.paragraph("", "Note")

    def _caption(self, kind: str, text: str, *, before: bool = False) -> None:
        self._numbers[kind] += 1
        made = self.paragraph(text, "Caption", lead=f"{kind} {self._numbers[kind]}.")
        made.paragraph_format.keep_with_next = before

    def to_bytes(self) -> bytes:
        """The document's file, with no moment of its making in it."""
        written = io.BytesIO()
        self._document.save(written)
        again = io.BytesIO()
        with zipfile.ZipFile(written) as held, zipfile.ZipFile(again, "w") as stamped:
            for name in held.namelist():
                told = zipfile.ZipInfo(name, _STAMP)
                told.compress_type = zipfile.ZIP_DEFLATED
                stamped.writestr(told, held.read(name))
        return again.getvalue()


def _set_up(document: Any) -> None:
    """A4, British English, one plain font, and styles for what is said quietly."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.shared import Cm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
    styles = document.styles
    for each in styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang"):
        each.getparent().replace(each, parse_xml(f'<w:lang {_W} w:val="en-GB"/>'))
    for name in ("Note", "Subtle"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    sizes = {"Normal": 11, "Title": 22, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11.5}
    for name, size in (sizes | {"Caption": 10, "Note": 9, "Subtle": 10}).items():
        font = styles[name].font
        font.name, font.size = "Arial", Pt(size)
        soft = name in ("Note", "Subtle", "Caption")
        font.color.rgb = RGBColor.from_string(_SOFT if soft else _INK)
        for each in styles[name].element.xpath("w:rPr/w:rFonts"):
            for theme in [key for key in each.attrib if "Theme" in key]:
                del each.attrib[theme]
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Note"].paragraph_format.space_after = Pt(2)


_MARGINS = (
    f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{_MARGIN}" w:type="dxa"/>'
    f'<w:right w:w="{_MARGIN}" w:type="dxa"/></w:tblCellMar>'
)


def _table(table: blocks.Table) -> str:
    """The table as Word's XML: in one piece, since cell by cell takes a hundred times as long."""
    cells = [each for each in tables.cells_of(table.columns) if each[0].name != table.section]
    right = [shorthand.is_number(column) for column, *_ in cells]
    head = _row([title for _, title, _ in cells], right, head=True)
    body = "".join(_body(table, [places for *_, places in cells], right))
    sides = ("top", "bottom", "insideH")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="D3D8DD"/>' for side in sides)
    return (
        f'<w:tbl {_W}><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{borders}'
        f'</w:tblBorders>{_MARGINS}<w:tblLook w:firstRow="1" w:firstColumn="1"/>'
        f"<w:tblCaption w:val={quoteattr(table.caption[:250])}/>"
        f"</w:tblPr><w:tblGrid>{_grid(table, cells)}</w:tblGrid>{head}{body}</w:tbl>"
    )


def _grid(table: blocks.Table, cells: Sequence[tuple[Any, str, Sequence[int]]]) -> str:
    """How wide each column is: figures are not broken, and names take what these leave."""
    longest = [
        max(
            max(map(len, title.split()), default=0) + 1,
            max((_unbroken(_cell(words, places)) for words in table.words), default=0),
        )
        for _, title, places in cells
    ]
    rest = [_PADDING + _LETTER * min(each, _MOST) for each in longest[1:]]
    name = max(_WIDE - sum(rest), _PADDING + _LETTER * _NAME)
    over = _WIDE / (name + sum(rest))
    return "".join(f'<w:gridCol w:w="{int(each * over)}"/>' for each in [name, *rest])


def _unbroken(text: str) -> int:
    """How many letters must stand in one line: all of figures, the longest of other words."""
    if any(map(str.isdigit, text)):
        return len(text)
    return max(map(len, text.split()), default=0)


def _cell(words: Sequence[str], places: Sequence[int]) -> str:
    return tables.joined([words[place] for place in places])


def _body(
    table: blocks.Table, shown: Sequence[Sequence[int]], right: Sequence[bool]
) -> Iterator[str]:
    """The rows, with a row above those that belong together."""
    held = ""
    section = next((n for n, c in enumerate(table.columns) if c.name == table.section), None)
    marks: Sequence[Sequence[int]] = table.marks or ((),) * len(table.words)
    for words, own in zip(table.words, marks, strict=True):
        if section is not None and words[section] != held:
            held = words[section]
            yield _band(held, len(shown))
        cells = [_cell(words, places) for places in shown]
        if own:
            cells[0] += f" [{', '.join(f'note {mark + 1}' for mark in own)}]"
        yield _row(cells, right)


def _row(cells: Sequence[str], right: Sequence[bool], *, head: bool = False) -> str:
    mark = "<w:tblHeader/>" if head else ""
    made = "".join(
        _words(cell, right=side, bold=head or first)
        for cell, side, first in zip(cells, right, [True, *[False] * len(cells)], strict=False)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{made}</w:tr>"


def _band(text: str, over: int) -> str:
    """A row that heads those below it."""
    span = f'<w:tcPr><w:gridSpan w:val="{over}"/></w:tcPr>'
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_words(text, bold=True, told=span)}</w:tr>"


def _words(text: str, *, right: bool = False, bold: bool = False, told: str = "") -> str:
    side = '<w:jc w:val="right"/>' if right else ""
    heavy = "<w:b/>" if bold else ""
    return (
        f'<w:tc>{told}<w:p><w:pPr><w:spacing w:after="20"/>{side}</w:pPr><w:r><w:rPr>{heavy}'
        f'<w:sz w:val="17"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
    )
