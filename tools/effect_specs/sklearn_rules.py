"""The effect specs of scikit-learn: its API is uniform, so names and parameters tell what a member does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import warnings
from typing import Any

import sklearn
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    ClusterMixin,
    OutlierMixin,
    RegressorMixin,
    TransformerMixin,
)

from .introspection import Member, documented, member, public_members

SKIPPED = (
    "tests",
    "externals",
    "conftest",
    "experimental",
    "__check_build",
    "estimator_checks",
    "fixes",
    "deprecation",
)
MIXINS = (ClassifierMixin, RegressorMixin, ClusterMixin, OutlierMixin, TransformerMixin)
FITTING = frozenset({"fit", "partial_fit", "fit_transform", "fit_predict"})
# Estimators that fit clones of others, which may draw whatever their own `random_state` says.
OF_OTHERS = frozenset(
    {"estimator", "base_estimator", "estimators", "steps", "transformers", "transformer_list", "regressor"}
)
# They fit the very objects that they are given.
FITS_ITS_PARTS = frozenset({"Pipeline", "FeatureUnion"})
HELD = (
    *sorted(OF_OTHERS),
    "final_estimator",
    "kernel",
    "transformer",
    "func",
    "inverse_func",
    "cv",
    "random_state",
)
# Estimators that draw only under some value of a parameter.
DRAWS_IF = {
    **dict.fromkeys(
        ("LogisticRegression", "LogisticRegressionCV"),
        ("solver='liblinear'", "solver='sag'", "solver='saga'"),
    ),
    **dict.fromkeys(("Ridge", "RidgeClassifier"), ("solver='sag'", "solver='saga'")),
    **dict.fromkeys(("GaussianProcessClassifier", "GaussianProcessRegressor"), ("n_restarts_optimizer",)),
    **dict.fromkeys(("DummyClassifier",), ()),
}
# They take a seed from the stream at each fit and have no parameter for it.
DRAWS_ALWAYS = frozenset({"SVR", "NuSVR", "OneClassSVM", "GraphicalLasso", "GraphicalLassoCV"})
SHUFFLING = frozenset({"KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold"})
SPARSE = frozenset(
    {
        "OneHotEncoder",
        "CountVectorizer",
        "TfidfVectorizer",
        "HashingVectorizer",
        "FeatureHasher",
        "TfidfTransformer",
    }
)
CROSS = frozenset(
    {
        "cross_val_score",
        "cross_validate",
        "cross_val_predict",
        "learning_curve",
        "validation_curve",
        "permutation_test_score",
    }
)
# What these methods do wherever nothing else is said; stands at BaseEstimator.
GENERIC = {
    "predict": "-> numpy.ndarray",
    "predict_proba": "-> numpy.ndarray",
    "predict_log_proba": "-> numpy.ndarray",
    "decision_function": "-> numpy.ndarray",
    "score": "-> float",
    "score_samples": "-> numpy.ndarray",
    "transform": "uses options:sklearn-output; -> numpy.ndarray",
    "inverse_transform": "-> numpy.ndarray",
    "get_feature_names_out": "-> numpy.ndarray",
    "get_metadata_routing": "pure",
}
WORDS = {
    "float": "float",
    "int": "int",
    "bool": "bool",
    "str": "str",
    "dict": "dict",
    "list": "list",
    "tuple": "tuple",
    "dictionary": "dict",
    "string": "str",
}


def modules() -> list[Any]:
    """Returns the public modules of scikit-learn, shortest names first."""
    found = [sklearn]
    for switch in ("enable_halving_search_cv", "enable_iterative_imputer"):
        importlib.import_module(f"sklearn.experimental.{switch}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for info in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
            parts = info.name.split(".")
            if not any(part.startswith("_") or part in SKIPPED for part in parts):
                try:
                    found.append(importlib.import_module(info.name))
                except ImportError:
                    print(f"sklearn: {info.name} cannot be imported here and gets no entries")
    return sorted(found, key=lambda module: (module.__name__.count("."), module.__name__))


def public_names(module: Any) -> list[str]:
    """Returns the names that a module offers: `__all__`, or what it defines itself."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [
            name
            for name, value in vars(module).items()
            if getattr(value, "__module__", "") == module.__name__
        ]
    return sorted(name for name in names if not name.startswith("_") and hasattr(module, name))


def public_objects() -> dict[str, Any]:
    """Returns the functions and classes by qualified name."""
    found: dict[str, Any] = {}
    for module in modules():
        for name in public_names(module):
            value = getattr(module, name)
            if callable(value):
                found.setdefault(f"{module.__name__}.{name}", value)
    return found


def type_of(text: str) -> str:
    """Returns the type that a docstring's words mean, "?" when they are not one type."""
    words = text.replace("`", "").replace("~", "").lower()
    if "sparse" in words and "ndarray" not in words and "array" not in words:
        return "?"
    if "bunch" in words:
        return "sklearn.utils.Bunch"
    if words.startswith(("ndarray", "array", "{array", "{ndarray", "nd-array", "numpy")):
        return "numpy.ndarray"
    if " or " in words and not words.startswith("float"):
        return "?"
    return WORDS.get(words.split(",")[0].split(" ")[0], "?")


def returned(found: Member) -> str:
    """Returns the type text of the Returns section: a tuple for several items, "" for unknown."""
    items = [type_of(kind or name) for name, kind in documented(found.doc, "Returns")]
    # The last items come only when asked for.
    asked_for = sum(name.startswith(("return_", "eval_")) for name in found.off)
    items = items[: max(1, len(items) - asked_for)]
    if len(items) > 1:
        return f"({', '.join(items)})"
    return items[0] if items and items[0] != "?" else ""


def positional(found: Member, *needed: str) -> str:
    """Returns the parameter list up to the last of the needed ones that may be given by position."""
    names = found.parameters[: [*found.parameters, "*"].index("*")]
    last = max((names.index(name) for name in needed if name in names), default=-1)
    return f"({', '.join(names[: last + 1])}) " if last >= 0 else ""


class Classes:
    """The public classes and how their members are described."""

    def __init__(self, objects: dict[str, Any]) -> None:
        """Keeps the first name of each class; later names are the same entry."""
        self.names: dict[Any, str] = {}
        for name, value in objects.items():
            if inspect.isclass(value):
                self.names.setdefault(value, name)

    def bases(self, cls: Any) -> list[str]:
        """Returns the public ancestors that are not ancestors of one another, mixins first."""
        above = [base for base in cls.__mro__[1:] if base in self.names]
        least = [
            base
            for base in above
            if not any(issubclass(other, base) and other is not base for other in above)
        ]
        return [self.names[base] for base in sorted(least, key=lambda base: base is BaseEstimator)]

    def entries(self) -> dict[str, str]:
        """Returns the entries of all classes and of what is their own."""
        lines: dict[str, str] = {}
        for cls, name in self.names.items():
            lines[name] = self.constructor(cls, name)
            if issubclass(cls, BaseException):
                continue
            for found in public_members(cls):
                text = self.member(cls, found)
                if text and self.inherited(cls, found.name) != text:
                    lines[f"{name}.{found.name}"] = text
            for attribute, kind in documented(inspect.getdoc(cls) or "", "Attributes"):
                for part in filter(str.isidentifier, attribute.replace(" ", "").split(",")):
                    link = "" if type_of(kind) in ("int", "float", "bool", "str") else " view self"
                    lines.setdefault(f"{name}.{part}", f"property; -> {type_of(kind)}{link}")
        return lines

    def constructor(self, cls: Any, name: str) -> str:
        """Returns the entry of the class itself; what it is given to work with it holds."""
        parameters = parameters_of(cls)
        held = [parameter for parameter in HELD if parameter in parameters and parameter != "random_state"]
        text = " ".join(["class", *self.bases(cls)])
        if held:
            found = Member("", tuple(parameters), "", "")
            return f"{positional(found, *held)}{text}; -> {name} holds {' '.join(held)}"
        return text

    def inherited(self, cls: Any, attribute: str) -> str:
        """Returns what the nearest public ancestor says of a member, "" when none has it."""
        for base in cls.__mro__[1:]:
            if base in self.names and hasattr(base, attribute):
                found = member(base, attribute)
                return self.member(base, found) if found is not None else ""
        return GENERIC.get(attribute, "") if issubclass(cls, BaseEstimator) else ""

    def member(self, cls: Any, found: Member) -> str:
        """Returns the clauses of a member, "" when it is not worth an entry."""
        if found.is_class or found.name.endswith("_request"):
            return ""
        if found.is_property:
            return "property" if not found.name.isupper() else ""
        if found.name in FITTING:
            return fitting(cls, found)
        if found.name.startswith("set_") or found.name in ("sparsify", "densify"):
            return "changes self; -> self alias self"
        if issubclass(cls, BaseEstimator) or found.name in ("split", "plot") or "from_" in found.name:
            return plain_method(cls, found)
        changing = found.name in ("register", "add_request", "clear")
        return "changes self" if changing else f"-> {returned(found)}" if returned(found) else "pure"


def parameters_of(cls: Any) -> list[str]:
    """Returns the parameter names of a class's constructor."""
    try:
        return [
            name
            for name, parameter in inspect.signature(cls).parameters.items()
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        ]
    except (TypeError, ValueError):
        return []


def draws(cls: Any) -> list[str]:
    """Returns the clauses for what fitting draws from numpy's random stream."""
    parameters = parameters_of(cls)
    if cls.__name__ in DRAWS_IF:
        return [f"draws random:numpy if {condition}" for condition in DRAWS_IF[cls.__name__]]
    of_others = bool(OF_OTHERS & set(parameters)) and cls.__name__ not in ("IterativeImputer",)
    if cls.__name__ in DRAWS_ALWAYS:
        return ["draws random:numpy"]
    if of_others and ("random_state" not in parameters or "Search" in cls.__name__):
        return ["draws random:numpy"]
    return ["draws random:numpy unless random_state"] if "random_state" in parameters else []


def in_place(cls: Any) -> list[str]:
    """Returns the clauses of estimators that work in the memory of their input when told not to copy."""
    return [
        f"changes 0 if {name}=False" for name in ("copy", "copy_x", "copy_X") if name in parameters_of(cls)
    ]


def fitting(cls: Any, found: Member) -> str:
    """Returns the clauses of fit and its kin."""
    if cls in MIXINS or cls is BaseEstimator:
        return ""
    deep = "changes self deep" if cls.__name__ in FITS_ITS_PARTS else "changes self"
    clauses = [deep, *draws(cls), *in_place(cls)]
    if found.name in ("fit", "partial_fit"):
        return "; ".join([*clauses, "-> self alias self"])
    if found.name == "fit_transform":
        clauses.append("uses options:sklearn-output")
    return "; ".join(
        [*clauses, f"-> {'scipy.sparse.csr_matrix' if is_sparse(cls, found.name) else 'numpy.ndarray'}"]
    )


def is_sparse(cls: Any, name: str) -> bool:
    """Tells whether the transformer gives sparse matrices."""
    return cls.__name__ in SPARSE and name in ("transform", "fit_transform")


def plain_method(cls: Any, found: Member) -> str:
    """Returns the clauses of the methods that only read an estimator, a splitter or a display."""
    if found.name == "plot" or (found.name.startswith("from_") and "Display" in cls.__name__):
        changed = ["changes self"] if found.name == "plot" else []
        shown = "self alias self" if changed else "self"
        return "; ".join([*changed, "changes ax", "alters pyplot", "uses rcparams", f"-> {shown}"])
    if found.name == "split":
        clauses = ["draws random:numpy if shuffle"] if cls.__name__ in SHUFFLING else draws(cls)
        return "; ".join([*clauses, "-> generator[tuple] holds self 0"])
    if found.name == "sample":
        return "draws random:numpy unless random_state" + (
            f"; -> {returned(found)}" if returned(found) else ""
        )
    if found.name == "transform":
        shown = "scipy.sparse.csr_matrix" if is_sparse(cls, found.name) else "numpy.ndarray"
        return "; ".join([*in_place(cls), "uses options:sklearn-output", f"-> {shown}"])
    if found.name == "inverse_transform":
        return "; ".join([*in_place(cls), "-> numpy.ndarray"])
    if found.name in GENERIC:
        return GENERIC[found.name]
    shown = returned(found)
    return f"-> {shown}" if shown and shown != "tuple" else "pure"


def function(found: Member, defaults: dict[str, Any]) -> str:
    """Returns the clauses of a function by its name and parameters."""
    clauses = []
    if found.name in CROSS:
        clauses.append("draws random:numpy")
    elif "random_state" in found.parameters:
        absent = defaults.get("random_state") is None
        clauses.append(
            "draws random:numpy unless random_state" if absent else "draws random:numpy if random_state=None"
        )
    if found.name.startswith("plot_"):
        clauses += ["changes ax", "alters pyplot", "uses rcparams"]
    if found.name.startswith("fetch_"):
        clauses.append("uses network")
    clauses += [f"changes 0 if {name}=False" for name in ("copy", "copy_X") if name in found.parameters]
    shown = returned(found)
    if shown and shown != "tuple":
        clauses.append(f"-> {shown}")
    needed = ("random_state", "ax", "copy")
    listed = positional(found, *[name for name in needed if any(name in clause for clause in clauses)])
    return listed + ("; ".join(clauses) or "pure")


def entries() -> dict[str, str]:
    """Returns the clauses of everything public in scikit-learn, by qualified name."""
    objects = public_objects()
    classes = Classes(objects)
    lines = classes.entries()
    lines |= {f"sklearn.base.BaseEstimator.{name}": clauses for name, clauses in GENERIC.items()}
    for name, value in objects.items():
        if inspect.isclass(value):
            if classes.names[value] != name:
                lines[name] = f"same {classes.names[value]}"
            continue
        owner, _, attribute = name.rpartition(".")
        found = member(importlib.import_module(owner), attribute)
        if found is not None:
            defaults = {
                parameter.name: parameter.default
                for parameter in inspect.signature(value).parameters.values()
            }
            lines[name] = function(found, defaults)
    return lines
