"""Files: read with errors that name the place, written whole or not at all, told by content."""

from dsvstats.files.checksums import checksum, folder_checksum, inside, settled, sha256, state
from dsvstats.files.data_folder import data, shipped
from dsvstats.files.folders import whole_folder
from dsvstats.files.names import slug
from dsvstats.files.reading import opened, read_text, read_yaml
from dsvstats.files.tables import Rows, numbers, plain_number, read_csv
from dsvstats.files.temporary import Temporary, sweep_temporary
from dsvstats.files.writing import abandoned, mine, move, share, sweep, whole, writable, write

__all__ = [
    "Rows",
    "Temporary",
    "abandoned",
    "checksum",
    "data",
    "folder_checksum",
    "inside",
    "mine",
    "move",
    "numbers",
    "opened",
    "plain_number",
    "read_csv",
    "read_text",
    "read_yaml",
    "settled",
    "sha256",
    "share",
    "shipped",
    "slug",
    "state",
    "sweep",
    "sweep_temporary",
    "whole",
    "whole_folder",
    "writable",
    "write",
]
