"""The sample centre: a fictional contact centre whose truth is known, because we planted it.

Pure (numpy, pandas and the standard library; no database, no clock, no environment), but for `loading`, which brings
it in.
"""

from ethics.imports.sample.cast import Role
from ethics.imports.sample.centre import Centre, generate
from ethics.imports.sample.truth import Truth

__all__ = ["Centre", "Role", "Truth", "generate"]
