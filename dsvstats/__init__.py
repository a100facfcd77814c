"""Disproportionality, attrition and repeat victimisation in the police response to
domestic and sexual violence: everything is counts, a rate is one count over another,
and disproportionality is one group's rate over another's."""

__version__ = "0.1.0"
