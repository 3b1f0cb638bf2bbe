"""What sorting knows: category tree and sets, dispatch catalogue, grounds and reasons."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from lianxin.sorting.kinds import BodyKind, GroundMove, Route, Urgency


class Named(models.Model):
    """A row of data with a code and a name in Chinese and in English."""

    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language; Traditional readers are shown the Chinese name."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


class Category(Named):
    """A node of the category tree 类别. The code is its path: ``utilities.water``."""

    code = models.CharField(max_length=60, unique=True)
    urgency = models.CharField(max_length=20, choices=Urgency.choices, default=Urgency.ORDINARY)
    sealed = models.BooleanField(default=False)
    needs_leader = models.BooleanField(default=False)
    hard_urgent = models.BooleanField(default=False)
    route = models.CharField(max_length=40, choices=Route.choices, blank=True)
    hints = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(name="category_urgency", condition=Q(urgency__in=Urgency.values))
        ]


class Service(models.Model):
    """A category that other systems may file under and read (Open311), and what they ask with it.

    ``attributes``: as in `data/services.yaml`. Without a row nothing of a category is offered.
    """

    category = models.OneToOneField(Category, on_delete=models.PROTECT, related_name="service")
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    attributes = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"service {self.category_id}"


class CategorySet(Named):
    """A set of categories under the names of another document, mapped onto the tree."""

    code = models.CharField(max_length=40, unique=True)


class CategorySetItem(Named):
    """One name of a set and the node it stands for."""

    set = models.ForeignKey(
        CategorySet, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="set_items")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["set", "name", "category"], name="set_item_once")
        ]


class CatalogueItem(models.Model):
    """One line of the dispatch catalogue 派单目录: this category in this area goes to this unit.

    Without an area the line holds everywhere. The most specific category wins, then the most
    specific area.
    """

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="catalogue", db_index=False
    )
    area = models.ForeignKey(
        "people.Area", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    co_units = models.ManyToManyField("people.Unit", related_name="+", blank=True)
    leader = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="catalogue_dates",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["category", "area", "valid_from"], name="catalogue_line_once"
            ),
            models.UniqueConstraint(
                fields=["category", "valid_from"],
                condition=Q(area__isnull=True),
                name="catalogue_line_everywhere_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} → {self.unit_id}"


class Ground(Named):
    """A ground for telling another way or not accepting, with the words the resident reads."""

    code = models.CharField(max_length=40, unique=True)
    move = models.CharField(max_length=20, choices=GroundMove.choices)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    law = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(name="ground_move", condition=Q(move__in=GroundMove.values))
        ]


class Body(Named):
    """An outside body to which a matter is handed over with a receipt 转送 (`data/bodies.yaml`).

    ``called``: parts of names by which it, or an office of it, is told in words and among units.
    ``use``: what is handed to it.
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=BodyKind.choices)
    phone = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    called = models.JSONField(default=list, blank=True)
    use = models.CharField(max_length=200, blank=True)
    use_en = models.CharField(max_length=200, blank=True)
    receipt_days = models.PositiveSmallIntegerField(default=15)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(name="body_kind", condition=Q(kind__in=BodyKind.values))
        ]

    @property
    def what_for(self) -> str:
        """What is handed to it, in the reader's language."""
        return self.use_en if get_language() == "en" and self.use_en else self.use


class Reason(Named):
    """A reason code of another kind of act: a return, an extension, a rework, a poor rating…"""

    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    text = models.CharField(max_length=500, blank=True)
    text_en = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("kind", "position", "code")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="reason_once")]
