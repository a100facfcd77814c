"""Files: read with errors that name the place, written whole or not at all, told by content."""

from dsvstats.files.checksums import checksum, folder_checksum, sha256
from dsvstats.files.data_folder import data, shipped
from dsvstats.files.reading import opened, read_text, read_yaml
from dsvstats.files.tables import Rows, numbers, plain_number, read_csv
from dsvstats.files.writing import move, share, sweep, whole, write

__all__ = [
    "Rows",
    "checksum",
    "data",
    "folder_checksum",
    "move",
    "numbers",
    "opened",
    "plain_number",
    "read_csv",
    "read_text",
    "read_yaml",
    "sha256",
    "share",
    "shipped",
    "sweep",
    "whole",
    "write",
]
