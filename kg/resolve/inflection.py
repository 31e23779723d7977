"""Singulars of English nouns, as the names of the field use them.

A rule rather than a library: inflect 7.5 makes `bia` of `bias`, `hypothesi` of `hypothesis`
and `matrice` of `matrices`.
"""

from __future__ import annotations

_IRREGULAR = {
    "appendices": "appendix",
    "automata": "automaton",
    "axes": "axis",
    "caches": "cache",
    "children": "child",
    "corpora": "corpus",
    "criteria": "criterion",
    "equilibria": "equilibrium",
    "extrema": "extremum",
    "formulae": "formula",
    "halves": "half",
    "indices": "index",
    "leaves": "leaf",
    "lives": "life",
    "matrices": "matrix",
    "maxima": "maximum",
    "mice": "mouse",
    "minima": "minimum",
    "momenta": "momentum",
    "movies": "movie",
    "nuclei": "nucleus",
    "optima": "optimum",
    "people": "person",
    "phenomena": "phenomenon",
    "radii": "radius",
    "schemata": "schema",
    "simplices": "simplex",
    "spectra": "spectrum",
    "stimuli": "stimulus",
    "ties": "tie",
    "vertices": "vertex",
    "vortices": "vortex",
}
_UNCHANGED = frozenset(
    ["aws", "bias", "chaos", "cosmos", "gps", "kudos", "lens", "news", "paris", "series", "species"]
)
_SHORTEST = 4


def singularize(word: str) -> str:
    """The singular of a lower-case word; the word itself where it is none or has none."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < _SHORTEST or word in _UNCHANGED or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith(("lyses", "theses", "noses")):
        return word[:-2] + "is"
    if word.endswith("ies") and len(word) > _SHORTEST:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "iases", "cuses", "tuses")):
        return word[:-2]
    return word[:-1]
