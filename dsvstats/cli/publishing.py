"""dsvstats publish: a folder for any web server, made from finished runs."""

from __future__ import annotations

import argparse
import sys

from dsvstats.cli import studies
from dsvstats.errors import InputError


def add(commands: argparse._SubParsersAction) -> None:
    """Say what the command takes."""
    publish = commands.add_parser(
        "publish",
        help="make from finished runs a folder for any web server",
        description="Make from finished runs a folder that can be put on any web server as it is: "
        "each page as HTML, Word document, Excel workbook, CSV with CSVW, and executed notebook; "
        "an index and one RO-Crate description. It is written whole or not at all. Pages that are "
        "not for publication are refused. Exit status: 0 published, 2 refused.",
    )
    publish.add_argument(
        "outputs", metavar="OUTPUTS", help="the folder of finished runs, or a study.yml"
    )
    publish.add_argument(
        "--to", metavar="FOLDER", help="missing, empty, or published before; a study says it"
    )
    publish.add_argument(
        "--area", nargs="+", action="extend", default=[], metavar="NAME", help="default: all"
    )
    publish.add_argument(
        "--jobs", type=int, metavar="N", help="how many at once; default: all cores"
    )
    publish.add_argument(
        "--words",
        action="store_true",
        help="instead, a report in words alone for each area, of at most 15 pages",
    )
    publish.add_argument(
        "--equality",
        metavar="FILE",
        help="the paragraph on equality and diversity implications that a report in words needs",
    )
    publish.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Publish what was asked for; the exit status."""
    study = studies.given([options.outputs])
    if study is None:
        return _published(options)
    if options.to or options.words or options.equality:
        raise InputError(
            where="--to, --words, --equality",
            rule="left out with a study, which says it",
            value=options.outputs,
            mend="write site, words and equality in the study",
        )
    options.outputs = str(study.at(study.outputs))
    options.to = str(study.at(study.site))
    _published(options)
    if study.words:
        options.to, options.words = str(study.at(study.words)), True
        options.equality = str(study.at(study.equality)) if study.equality else None
        _published(options)
    return 0


def _published(options: argparse.Namespace) -> int:
    from dsvstats.reporting.evidence import publishing

    if not options.to:
        raise InputError(where="--to", rule="a folder", value="", mend="say where: --to site")
    if options.equality and not options.words:
        raise InputError(
            where="--equality",
            rule="given with --words",
            value=options.equality,
            mend="add --words, or leave it out",
        )
    if options.jobs is not None and options.jobs < 1:
        raise InputError(where="--jobs", rule="at least 1", value=options.jobs, mend="leave it out")
    if options.words:
        found = publishing.publish_words(
            options.outputs, options.to, equality=options.equality, areas=options.area
        )
        reports = len({each.folder for each in found})
        print(f"Wrote {reports} report{'' if reports == 1 else 's'} in words to {options.to}")
        return 0
    found = publishing.publish(
        options.outputs, options.to, areas=options.area, jobs=options.jobs, progress=_tell
    )
    number = f"{len(found)} page{'' if len(found) == 1 else 's'}"
    print(f"Published {number}; open {options.to}/index.html")
    return 0


def _tell(done: int, of: int) -> None:
    """How far it is: one line that grows, or one line a tenth where nobody sees it grow."""
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        print(f"\r{done} of {of} pages", end=end, file=sys.stderr, flush=True)
    elif done == of:
        print(f"{done} of {of} pages", file=sys.stderr)
