"""The calls of the public API (contract v1), one module for each matter.

A module has a class with ``routes()``, and the part of the OpenAPI description that
belongs to it: ``PATHS`` and the ``MODELS`` that they refer to.
"""
