"""What changed, and in which order: so that nothing kept from before a change is ever shown after it.

Both tables are written by triggers of the database alone (`review.freshness`), whoever changes a row and however.
"""

from django.db import models


class Generation(models.Model):
    """How many transactions have changed something that readers see; one row."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """The generation in which something last changed.

    The key says what: `p:7` the page 7; `t:12` some page of content type 12; `u:7` what refers to page 7;
    `c:0001` address, name or order of the pages right below the page at that place; `*` anything;
    `+` everything is to be made anew, and is true until then; `=…` which triggers count.
    """

    key = models.CharField(max_length=300, primary_key=True)
    generation = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key} in {self.generation}"
