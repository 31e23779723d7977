"""Corrections applied to entities in the making."""

from __future__ import annotations

from collections.abc import Sequence

from kg.records import EntityType
from kg.resolve.corrections import Corrections, Merge, Reference, Split
from kg.resolve.groups import Group, assign_ids
from kg.resolve.names import fold_name


class Amendment:
    """Groups that corrections are applied to, with what could not be applied.

    Args:
        groups: What resolution found.

    Attributes:
        groups: What is left of them; those without occurrences are gone.
        unmatched: For each correction that was left out a sentence that says why.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = list(groups)
        self.unmatched: list[str] = []
        self._touched: list[Group] = []
        ids = assign_ids(groups)
        self._ids = {ids[i]: group for i, group in enumerate(groups)}
        self._named: dict[str, list[Group]] = {}
        self._aliased: dict[str, list[Group]] = {}
        for group in groups:
            self._index(group)

    def apply(self, corrections: Corrections) -> None:
        """Apply all corrections."""
        for split in corrections.splits:
            self._split(split)
        for merge in corrections.merges:
            self._merge(merge)
        for retype in corrections.retypes:
            if (group := self._find(retype.entity, f"retype {retype.entity}")) is not None:
                group.type = retype.to
                self._touched.append(group)
        for rename in corrections.renames:
            if (group := self._find(rename.entity, f"rename {rename.entity}")) is not None:
                self._name(group, rename.to)
        self._join_namesakes()
        self._join_things()
        for ban in corrections.bans:
            if (group := self._find(ban.entity, f"ban {ban.entity}")) is not None:
                group.occurrences = []
        self.groups = [group for group in self.groups if group.occurrences]

    def _index(self, group: Group) -> None:
        self._named.setdefault(_fold(group.name), []).append(group)
        for form in {_fold(form) for form in group.forms()}:
            self._aliased.setdefault(form, []).append(group)

    def _name(self, group: Group, name: str) -> None:
        group.name, group.named = name, True
        self._touched.append(group)
        self._index(group)

    def _join_namesakes(self) -> None:
        """What the user gave type and name of another entity is that entity."""
        touched = {
            (group.type, _fold(group.name)): group
            for group in reversed(self._touched)
            if group.occurrences
        }
        for group in self.groups:
            namesake = touched.get((group.type, _fold(group.name)), group)
            if namesake is not group:
                namesake.occurrences = namesake.occurrences + group.occurrences
                group.occurrences = []

    def _join_things(self) -> None:
        """What was one thing of two types is one entity once it is of one type.

        It keeps the name that the user gave it, or else that of the type's own. Two names that
        the user gave stay two entities.
        """
        retyped = {id(group) for group in self._touched if not group.named}
        by_thing: dict[tuple[EntityType, str], Group] = {}
        for group in sorted(self.groups, key=lambda g: (not g.named, id(g) in retyped)):
            if not group.occurrences:
                continue
            first = by_thing.setdefault((group.type, group.key), group)
            if first is not group and not group.named:
                first.occurrences = first.occurrences + group.occurrences
                group.occurrences = []
                self._index(first)

    def _find(self, reference: Reference, correction: str) -> Group | None:
        """The one group that is meant; None, and a note, if there is none or several."""
        known = [[self._ids[reference.name]]] if reference.name in self._ids else []
        folded = _fold(reference.name)
        known += [self._named.get(folded, []), self._aliased.get(folded, [])]
        for groups in known:
            fitting = {
                id(group): group
                for group in groups
                if group.occurrences and reference.type in (None, group.type)
            }
            if len(fitting) > 1:
                names = ", ".join(sorted(f"{g.name} ({g.type})" for g in fitting.values()))
                self.unmatched.append(
                    f"{correction}: {reference} may be {names}; give its type or id"
                )
                return None
            if fitting:
                return next(iter(fitting.values()))
        self.unmatched.append(f"{correction}: no entity is called {reference}")
        return None

    def _merge(self, merge: Merge) -> None:
        correction = f"merge {', '.join(map(str, merge.entities))}"
        found = [self._find(reference, correction) for reference in merge.entities]
        groups = [group for group in found if group is not None]
        if len(groups) < len(found):
            return
        first = groups[0]
        for group in groups[1:]:
            if group is not first:
                first.occurrences = first.occurrences + group.occurrences
                group.occurrences = []
        self._index(first)

    def _split(self, split: Split) -> None:
        correction = f"split {split.entity}"
        group = self._find(split.entity, correction)
        if group is None:
            return
        if split.alias is None:
            parted = [o for o in group.occurrences if o.extraction in split.abstracts]
        else:
            alias, name = _fold(split.alias), _fold(group.name)
            parted = []
            for occurrence in group.occurrences:
                forms = {_fold(form) for form in occurrence.forms}
                if alias in forms and (name not in forms or name == alias):
                    parted.append(occurrence)
        if not parted:
            self.unmatched.append(
                f"{correction}: none of the abstracts {', '.join(split.abstracts)} names it"
                if split.alias is None
                else f"{correction}: nothing in it stands under {split.alias!r} alone"
            )
            return
        left_out = set(parted)
        others = [o for o in group.occurrences if o not in left_out]
        new = Group(
            key=f"{group.key} ({split.into})",
            type=split.type or group.type,
            words=fold_name(split.into).plain,
            occurrences=parted,
            name=split.into,
            named=True,
        )
        group.occurrences = others
        self.groups.append(new)
        self._touched.append(new)
        self._index(new)


def _fold(name: str) -> str:
    """What names that differ only in case, plural or hyphens have in common."""
    folded = fold_name(name)
    return folded.key if folded.short else " ".join(folded.plain)
