"""A believable extract of any size, made up, with its truth: nothing in it happened to anyone."""

from dsvstats.sources.synthetic.generation import BLOCK, MARK, UNFINISHED, Synthetic, generate

__all__ = [
    "BLOCK",
    "MARK",
    "UNFINISHED",
    "Synthetic",
    "generate",
]
