"""Writes scikit-learn's logistic regressions in the form that `tabella model import` reads. See README.md for the form."""

from .features import Unsupported
from .logistic import export, score, write

__all__ = ["Unsupported", "export", "score", "write"]
