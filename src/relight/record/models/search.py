"""Index tables of the search: one row a value, written and removed with the version they belong to.

Rows hang on `entry`, the number of the entry that is a resource's current version: short keys, and an
older version is never found. `key` is the number of a type's parameter (rules.search_values.key_of).
Owns nothing that could not be made again from the entries.
"""

from __future__ import annotations

from django.db import models


class TokenIndex(models.Model):
    """A code, an identifier, a yes or no. `system` is the 64-bit number of the system, 0 where there is none."""

    id = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField(db_index=True)
    key = models.BigIntegerField()
    code = models.CharField(max_length=200)
    system = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "code", "system", "entry"], name="token_found")]


class StringIndex(models.Model):
    """A word. `norm` is what it is found by, `exact` what was written."""

    id = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField(db_index=True)
    key = models.BigIntegerField()
    norm = models.CharField(max_length=200)
    exact = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(
                fields=["key", "norm", "entry"],
                name="string_found",
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
            )
        ]


class DateIndex(models.Model):
    """A span in milliseconds since 1970 UTC: from `low` up to, not with, `high`."""

    id = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField()
    key = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "low", "high", "entry"], name="date_found"),
            models.Index(fields=["entry", "key", "low"], name="date_sorted"),
        ]


class QuantityIndex(models.Model):
    """A number with its unit: `code` the coded unit or the written one, `system` as in TokenIndex."""

    id = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField(db_index=True)
    key = models.BigIntegerField()
    value = models.FloatField()
    code = models.CharField(max_length=200)
    system = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "value", "entry"], name="quantity_found")]


class ReferenceIndex(models.Model):
    """What a reference parameter points at; `target` is null where it is not resolved."""

    id = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField()
    key = models.BigIntegerField()
    target = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["target", "key", "entry"], name="reference_found"),
            models.Index(fields=["entry", "key", "target"], name="reference_sent"),
        ]
