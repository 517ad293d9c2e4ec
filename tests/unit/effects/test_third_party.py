"""What the specs of pandas, scikit-learn and matplotlib say is what happens when the call is executed.

Each case is one call on a sample receiver. Compared are: whether the receiver and the arguments changed,
whether numpy's random stream advanced, whether pyplot's figures or the rcParams changed, whether what is
written into the result shows in the receiver, and the type of the result.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import numbers
import pickle
import warnings
from dataclasses import dataclass
from typing import Any

import pytest

from notelift.effects.library import Library, load_library
from notelift.effects.spec import Condition, Spec

np: Any = pytest.importorskip("numpy")
pd: Any = pytest.importorskip("pandas")
pytest.importorskip("sklearn")
mpl: Any = pytest.importorskip("matplotlib")
mpl.use("Agg")
plt: Any = importlib.import_module("matplotlib.pyplot")

PANDAS = """
df.abs()
df.add(1)
df.add_prefix("x")
df.agg("sum")
df.any()
df.apply(len)
df.assign(z=1)
df.astype(float)
df.bfill()
df.clip(0, 1)
df.clip(0, 1, inplace=True)
df.columns
df.copy()
df.corr()
df.count()
df.cumsum()
df.describe()
df.diff()
df.drop(columns=["a"])
df.drop(columns=["a"], inplace=True)
df.drop_duplicates()
df.dropna()
df.dropna(inplace=True)
df.dtypes
df.duplicated()
df.eval("c = a + b")
df.eval("c = a + b", inplace=True)
df.explode("a")
df.ffill()
df.fillna(0)
df.fillna(0, inplace=True)
df.filter(items=["a"])
df.get("a")
df.groupby("a")
df.head(2)
df.idxmax()
df.iloc
df.index
df.info()
df.insert(0, "new", 1)
df.interpolate()
df.isna()
df.isin([1])
df.items()
df.join(other, rsuffix="_r")
df.loc
df.mask(df > 1)
df.mask(df > 1, inplace=True)
df.max()
df.mean()
df.melt()
df.memory_usage()
df.merge(other, on="a")
df.mode()
df.nlargest(2, "a")
df.notna()
df.nunique()
df.pct_change()
df.pipe(len)
df.pivot_table(index="a")
df.plot()
df.plot.scatter("a", "b")
df.pop("a")
df.quantile(0.5)
df.query("a > 1")
df.query("a > 1", inplace=True)
df.rank()
df.reindex([0, 1])
df.rename(columns={"a": "z"})
df.rename(columns={"a": "z"}, inplace=True)
df.rename_axis("rows", inplace=True)
df.replace(1, 2)
df.replace(1, 2, inplace=True)
df.reset_index()
df.reset_index(inplace=True)
df.rolling(2)
df.round(1)
df.sample(2)
df.sample(2, random_state=1)
df.select_dtypes("number")
df.set_axis(["p", "q"], axis=1)
df.set_index("a")
df.set_index("a", inplace=True)
df.shape
df.shift(1)
df.sort_index(ascending=False)
df.sort_index(ascending=False, inplace=True)
df.sort_values("b")
df.sort_values("b", ascending=False, inplace=True)
df.stack()
df.std()
df.sum()
df.T
df.tail(2)
df.to_csv()
df.to_dict()
df.to_numpy()
df.transform(lambda x: x)
df.transpose()
df.update(other)
df.value_counts()
df.values
df.where(df > 1)
df.where(df > 1, inplace=True)
df.hist()
df.boxplot()
s.abs()
s.apply(abs)
s.argsort()
s.astype(float)
s.between(0, 1)
s.clip(0, 1, inplace=True)
s.corr(s)
s.count()
s.describe()
s.drop([0])
s.drop([0], inplace=True)
s.dropna(inplace=True)
s.factorize()
s.fillna(0, inplace=True)
s.groupby([0, 0, 1, 1])
s.hist()
s.index
s.map({1.0: 2})
s.max()
s.mean()
s.mode()
s.name
s.nunique()
s.pop(0)
s.quantile(0.5)
s.rename("z")
s.rename("z", inplace=True)
s.replace(1, 2, inplace=True)
s.reset_index()
s.sort_values()
s.sort_values(ascending=False, inplace=True)
s.std()
s.sum()
s.to_frame()
s.to_numpy()
s.tolist()
s.unique()
s.update(other["a"])
s.value_counts()
s.values
text.str.upper()
text.str.len()
text.str.split("b")
text.str.contains("b")
text.str.replace("a", "b")
text.str.get_dummies()
dates.dt.year
dates.dt.floor("D")
dates.dt.strftime("%Y")
g.agg("sum")
g.apply(len)
g.count()
g.cumsum()
g.describe()
g.first()
g.get_group(1.0)
g.head(1)
g.max()
g.mean()
g.ngroups
g.nunique()
g.size()
g.std()
g.sum()
g.transform("sum")
sg.agg("sum")
sg.count()
sg.mean()
sg.size()
sg.unique()
sg.value_counts()
r.mean()
r.sum()
r.max()
idx.append(idx)
idx.copy()
idx.isin([1])
idx.map(str)
idx.rename("z")
idx.rename("z", inplace=True)
idx.set_names("z", inplace=True)
idx.sort_values()
idx.tolist()
idx.to_series()
idx.unique()
idx.values
"""

FUNCTIONS = """
pandas.concat([df, other])
pandas.merge(df, other, on="a")
pandas.get_dummies(df)
pandas.crosstab(df["a"], df["b"])
pandas.date_range("2020-01-01", periods=3)
pandas.isna(df)
pandas.melt(df)
pandas.pivot_table(df, index="a")
pandas.DataFrame({"a": [1]})
pandas.Series([1])
pandas.plotting.scatter_matrix(df)
sklearn.model_selection.train_test_split(df)
sklearn.model_selection.train_test_split(df, random_state=1)
sklearn.utils.shuffle(df)
sklearn.utils.shuffle(df, random_state=1)
sklearn.utils.resample(df)
sklearn.datasets.make_blobs()
sklearn.datasets.make_blobs(random_state=1)
sklearn.datasets.make_moons()
sklearn.datasets.load_iris()
sklearn.preprocessing.scale(X)
sklearn.preprocessing.normalize(X)
sklearn.metrics.accuracy_score(y, y)
sklearn.metrics.confusion_matrix(y, y)
sklearn.metrics.mean_squared_error(y, y)
sklearn.metrics.classification_report(y, y)
sklearn.metrics.roc_curve(y, y)
sklearn.metrics.pairwise.cosine_similarity(X)
sklearn.pipeline.make_pipeline(tree)
sklearn.base.clone(tree)
sklearn.linear_model.lasso_path(X, y)
sklearn.model_selection.cross_val_score(tree, X, y)
sklearn.inspection.permutation_importance(fitted, X, y)
sklearn.inspection.permutation_importance(fitted, X, y, random_state=1)
sklearn.tree.plot_tree(fitted)
sklearn.tree.export_text(fitted)
matplotlib.pyplot.plot([1, 2])
matplotlib.pyplot.hist([1, 2])
matplotlib.pyplot.scatter([1], [2])
matplotlib.pyplot.title("t")
matplotlib.pyplot.figure()
matplotlib.pyplot.subplots()
matplotlib.pyplot.axhline(1)
matplotlib.pyplot.get_cmap("viridis")
matplotlib.pyplot.rc("lines", linewidth=7)
matplotlib.pyplot.style.use("ggplot")
matplotlib.rc("lines", linewidth=7)
matplotlib.rcdefaults()
matplotlib.colors.to_rgba("red")
matplotlib.colors.to_hex("red")
"""

ARTISTS = """
ax.annotate("t", (0, 0))
ax.axvline(1)
ax.bar([1], [2])
ax.boxplot([1, 2])
ax.clear()
ax.fill_between([0, 1], [0, 1])
ax.get_title()
ax.get_xlim()
ax.get_legend_handles_labels()
ax.grid(True)
ax.hist([1, 2])
ax.imshow([[1]])
ax.invert_yaxis()
ax.legend(["a"])
ax.pie([1, 2])
ax.plot([1, 2])
ax.scatter([1], [2])
ax.set(title="t")
ax.set_title("t")
ax.set_xlabel("x")
ax.set_xlim(0, 9)
ax.set_xticks([0, 1])
ax.text(0, 0, "t")
ax.tick_params(labelsize=3)
ax.twinx()
fig.add_axes([0, 0, 1, 1])
fig.add_subplot(2, 2, 1)
fig.gca()
fig.get_axes()
fig.get_size_inches()
fig.set_size_inches(3, 3)
fig.suptitle("t")
fig.subplots_adjust(left=0.3)
fig.text(0, 0, "t")
line.get_color()
line.set_color("red")
line.set_data([1], [2])
"""

ESTIMATORS = """
cluster.AgglomerativeClustering() cluster.DBSCAN() cluster.KMeans() cluster.KMeans(random_state=1)
cluster.MiniBatchKMeans() decomposition.FastICA() decomposition.NMF() decomposition.PCA(random_state=1)
decomposition.TruncatedSVD() discriminant_analysis.LinearDiscriminantAnalysis() ensemble.AdaBoostClassifier()
ensemble.BaggingClassifier() ensemble.ExtraTreesClassifier() ensemble.GradientBoostingClassifier()
ensemble.GradientBoostingClassifier(random_state=1) ensemble.IsolationForest()
ensemble.RandomForestClassifier() ensemble.RandomForestClassifier(random_state=1)
ensemble.RandomForestRegressor() feature_selection.SelectKBest(k=1) impute.SimpleImputer()
linear_model.ElasticNet() linear_model.ElasticNet(random_state=1) linear_model.Lasso()
linear_model.LinearRegression() linear_model.LogisticRegression()
linear_model.LogisticRegression(solver="liblinear") linear_model.Ridge() linear_model.Ridge(solver="sag")
linear_model.SGDClassifier() linear_model.SGDClassifier(random_state=1) mixture.GaussianMixture()
naive_bayes.GaussianNB() naive_bayes.MultinomialNB() neighbors.KNeighborsClassifier()
neighbors.NearestNeighbors() neural_network.MLPClassifier(max_iter=5)
neural_network.MLPClassifier(max_iter=5,random_state=1) preprocessing.MinMaxScaler()
preprocessing.PolynomialFeatures() preprocessing.RobustScaler() preprocessing.StandardScaler()
svm.LinearSVC() svm.LinearSVC(random_state=1) svm.OneClassSVM() svm.SVC() svm.SVC(random_state=1) svm.SVR()
tree.DecisionTreeClassifier() tree.DecisionTreeClassifier(random_state=1) tree.DecisionTreeRegressor()
"""

TYPES = {
    "df": "pandas.DataFrame",
    "s": "pandas.Series",
    "g": "pandas.DataFrameGroupBy",
    "sg": "pandas.SeriesGroupBy",
    "r": "pandas.Rolling",
    "idx": "pandas.Index",
    "text": "pandas.Series",
    "dates": "pandas.Series",
    "ax": "matplotlib.axes.Axes",
    "fig": "matplotlib.figure.Figure",
    "line": "matplotlib.lines.Line2D",
}
REAL = {
    "pandas.NDFrame": (pd.DataFrame, pd.Series),
    "float": (numbers.Real,),
    "int": (numbers.Integral,),
    "bool": (bool, np.bool_),
    "pandas.PlotAccessor": (object,),
    "pandas.Indexer": (object,),
    "pandas.StringMethods": (object,),
    "pandas.DatetimeProperties": (object,),
    "pandas.DataFrameGroupBy": (pd.DataFrame().groupby([]).__class__,),
    "pandas.SeriesGroupBy": (pd.Series(dtype=float).groupby(pd.Series(dtype=float)).__class__,),
    "pandas.Rolling": (pd.Series(dtype=float).rolling(2).__class__,),
}
# It may change or draw in one of several cases, and not in the one that is executed.
CAUTIOUS = {
    "ax.grid(True)",
    "fig.gca()",
    "df.eval('c = a + b')",
    "matplotlib.rcdefaults()",
    "df.sort_values('b')",
}


@dataclass(frozen=True)
class Case:
    """One call: the sample that it starts from ("" for a function), the dotted path, the keywords' source."""

    source: str
    receiver: str
    path: tuple[str, ...]
    keywords: dict[str, str]

    @staticmethod
    def of(source: str) -> Case:
        node = ast.parse(source.strip(), mode="eval").body
        keywords: dict[str, str] = {}
        if isinstance(node, ast.Call):
            keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg}
            node = node.func
        path: list[str] = []
        while isinstance(node, ast.Attribute):
            path.insert(0, node.attr)
            node = node.value
        assert isinstance(node, ast.Name)
        return Case(source.strip(), node.id, tuple(path), keywords)

    def spec(self, library: Library) -> Spec:
        spec = None
        if self.receiver in TYPES:
            owner = TYPES[self.receiver]
            for name in self.path:
                spec = library.method(owner, name)
                assert spec is not None, self.source
                owner = spec.result.types[0] if spec.result else owner
        else:
            spec = library.find(".".join((self.receiver, *self.path)))
        assert spec is not None, self.source
        return spec


def cases(table: str) -> list[Case]:
    return [Case.of(line) for line in table.strip().splitlines()]


def samples() -> dict[str, Any]:
    """New objects for one case."""
    from sklearn.tree import DecisionTreeClassifier

    df = pd.DataFrame({"a": [2.0, 1.0, np.nan, 1.0], "b": [4.0, 3.0, 2.0, 3.0]}, index=[3, 1, 2, 0])
    features = np.abs(np.random.RandomState(0).rand(30, 3))
    target = (features[:, 0] > 0.5).astype(int)
    fig, ax = plt.subplots()
    (line,) = ax.plot([3, 4], label="line")
    return {
        "df": df,
        "s": df["a"].copy(),
        "g": df.groupby("a"),
        "sg": df.groupby("a")["b"],
        "r": df.rolling(2),
        "idx": pd.Index([3, 1, 2], name="i"),
        "text": pd.Series(["ab", "b"]),
        "dates": pd.Series(pd.to_datetime(["2020-01-02", "2021-01-02"])),
        "other": pd.DataFrame({"a": [9.0, 8.0, 7.0, 1.0]}),
        "X": features,
        "y": target,
        "tree": DecisionTreeClassifier(),
        "fitted": DecisionTreeClassifier(random_state=0).fit(features, target),
        "fig": fig,
        "ax": ax,
        "line": line,
    }


def applies(condition: Condition | None, keywords: dict[str, str]) -> bool:
    """Whether a clause's condition holds for constants that a call gives."""
    if condition is None:
        return True
    given = keywords.get(condition.keyword)
    if condition.value:
        holds = given is not None and ast.literal_eval(given) == ast.literal_eval(condition.value)
    else:
        holds = given not in (None, "None", "False")
    return holds != condition.negated


def says(spec: Spec, verbs: set[str], subjects: set[str], keywords: dict[str, str]) -> bool:
    """Whether the spec has such an effect under these keywords."""
    return any(
        effect.verb in verbs and effect.subject in subjects and applies(effect.when, keywords)
        for effect in spec.effects
    )


def stream() -> bytes:
    state = np.random.get_state()
    return bytes(state[1].tobytes() + bytes([state[2] % 256, state[2] // 256]))


def figures() -> list[Any]:
    """What pyplot has: each figure with its artists and what they say of themselves."""
    found = []
    for number in plt.get_fignums():
        figure = plt.figure(number)
        artists = [type(artist).__name__ for artist in figure.findobj()]
        texts = [text.get_text() for text in figure.findobj(mpl.text.Text)]
        lines = [(str(a.get_color()), str(a.get_xydata())) for a in figure.findobj(mpl.lines.Line2D)]
        places = [(axes.get_xlim(), axes.get_ylim(), str(axes.get_position())) for axes in figure.axes]
        sizes = [axes.xaxis.get_major_ticks(1)[0].label1.get_fontsize() for axes in figure.axes]
        found.append((artists, texts, lines, places, sizes, tuple(figure.get_size_inches())))
    return found


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(autouse=True)
def _clean_state() -> Any:
    with warnings.catch_warnings(), mpl.rc_context():
        warnings.simplefilter("ignore")
        yield
        plt.close("all")


@pytest.mark.parametrize("case", cases(PANDAS), ids=lambda case: case.source)
def test_methods_of_pandas(case: Case, library: Library) -> None:
    spec = case.spec(library)
    known = samples()
    receiver = known[case.receiver]
    frame = receiver.obj if hasattr(receiver, "obj") else receiver
    before, drawn, drawing = pickle.dumps(frame), stream(), figures()
    result = eval(case.source, {"np": np, **known})
    changed = pickle.dumps(frame) != before
    said = says(spec, {"changes", "remakes"}, {"self"}, case.keywords)
    assert said == changed or (said and case.source in CAUTIOUS)
    assert says(spec, {"draws"}, {"random:numpy"}, case.keywords) == (stream() != drawn)
    assert says(spec, {"alters"}, {"pyplot"}, case.keywords) == (figures() != drawing)
    check_type(case, spec, result, receiver)
    check_view(spec, result, frame)


def check_type(case: Case, spec: Spec, result: Any, receiver: Any) -> None:
    """The result is of the type that the spec says, None where the receiver is changed instead."""
    if result is None or spec.result is None or case.path[-1:] == ("plot",):
        return
    parts = result if len(spec.result.types) > 1 else [result]
    for name, part in zip(spec.result.types, parts, strict=True):
        if name not in ("?", ""):
            assert isinstance(part, classes(name, receiver)), f"{type(part)} is not {name}"


def classes(name: str, receiver: Any) -> tuple[type, ...]:
    if name == "self":
        return (type(receiver),)
    if name in REAL:
        return REAL[name]
    owner, _, attribute = name.rpartition(".")
    # Other versions lack some classes.
    found = getattr(importlib.import_module(owner or "builtins"), attribute, None)
    return (found,) if isinstance(found, type) else (object,)


def check_view(spec: Spec, result: Any, frame: Any) -> None:
    """What is written into the result shows in the receiver only where the spec calls it a view."""
    before = pickle.dumps(frame)
    try:
        if isinstance(result, np.ndarray):
            result.flat[0] = 77
        elif isinstance(result, pd.DataFrame | pd.Series):
            result.iloc[(0,) * result.ndim] = 77
    except (TypeError, ValueError, IndexError):
        return
    if pickle.dumps(frame) != before:
        assert spec.result is not None
        assert spec.result.link in ("view", "alias", "element")


@pytest.mark.parametrize("case", cases(FUNCTIONS), ids=lambda case: case.source)
def test_functions(case: Case, library: Library) -> None:
    spec = case.spec(library)
    known = samples()
    arguments = {name: known[name] for name in ("df", "other", "X", "y", "tree", "fitted")}
    namespace = {**known, case.receiver: importlib.import_module(case.receiver)}
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module(".".join((case.receiver, *case.path[:-1])))
    before, drawn, drawing, settings = pickle.dumps(arguments), stream(), figures(), dict(mpl.rcParams)
    result = eval(case.source, namespace)
    assert pickle.dumps(arguments) == before
    assert not says(spec, {"changes", "remakes"}, {"0", "*"}, case.keywords)
    assert says(spec, {"draws"}, {"random:numpy"}, case.keywords) == (stream() != drawn)
    said = says(spec, {"alters"}, {"pyplot"}, case.keywords)
    assert said == (figures() != drawing) or (said and case.source in CAUTIOUS)
    said = says(spec, {"alters"}, {"rcparams"}, case.keywords)
    assert said == (dict(mpl.rcParams) != settings) or (said and case.source in CAUTIOUS)
    check_type(case, spec, result, None)


@pytest.mark.parametrize("case", cases(ARTISTS), ids=lambda case: case.source)
def test_methods_of_artists(case: Case, library: Library) -> None:
    spec = case.spec(library)
    known = samples()
    drawing = figures()
    result = eval(case.source, known)
    changed = figures() != drawing
    for verbs, subjects in (({"changes"}, {"self"}), ({"alters"}, {"pyplot"})):
        said = says(spec, verbs, subjects, case.keywords)
        assert said == changed or (said and case.source in CAUTIOUS)
    check_type(case, spec, result, known[case.receiver])


def learnt(estimator: Any) -> bytes:
    """What an estimator knows, but for the counters of its search tree."""
    return pickle.dumps({name: value for name, value in vars(estimator).items() if name != "_tree"})


@pytest.mark.parametrize("source", ESTIMATORS.split())
def test_estimators(source: str, library: Library) -> None:
    case = Case.of(f"sklearn.{source}")
    owner = ".".join(("sklearn", *case.path))
    assert case.spec(library).is_class
    known = samples()
    module = importlib.import_module(".".join(("sklearn", *case.path[:-1])))
    estimator = eval(source.partition(".")[2], vars(module))
    data = pickle.dumps((known["X"], known["y"]))
    for name in ("fit", "predict", "transform", "score"):
        if not hasattr(estimator, name):
            continue
        spec = library.method(owner, name)
        assert spec is not None
        before, drawn = learnt(estimator), stream()
        arguments = (known["X"],) if name in ("predict", "transform") else (known["X"], known["y"])
        result = getattr(estimator, name)(*arguments)
        assert says(spec, {"changes"}, {"self"}, case.keywords) == (learnt(estimator) != before)
        assert says(spec, {"draws"}, {"random:numpy"}, case.keywords) == (stream() != drawn)
        if name == "fit":
            assert spec.result is not None
            assert result is estimator
            assert spec.result.link == "alias"
        elif name == "predict":
            assert isinstance(result, np.ndarray)
    assert pickle.dumps((known["X"], known["y"])) == data


def test_every_estimator_is_known_and_says_what_fit_draws(library: Library) -> None:
    from sklearn.utils import all_estimators

    unknown = []
    for name, estimator in all_estimators():
        parts = [part for part in estimator.__module__.split(".") if not part.startswith("_")]
        qualnames = {".".join((*parts[:count], name)) for count in range(2, len(parts) + 1)}
        found = [qualname for qualname in qualnames if library.find(qualname) is not None]
        if not found or (hasattr(estimator, "fit") and library.method(found[0], "fit") is None):
            unknown.append(name)
    assert unknown == []


@pytest.mark.parametrize(
    "module",
    [
        "pandas",
        "matplotlib.pyplot",
        "seaborn",
        "sklearn.metrics",
        "sklearn.model_selection",
        "sklearn.preprocessing",
    ],
)
def test_public_functions_are_known(module: str, library: Library) -> None:
    found = pytest.importorskip(module)
    importlib.import_module("sklearn.experimental.enable_halving_search_cv")
    names = getattr(found, "__all__", None) or [name for name in vars(found) if not name.startswith("_")]
    functions = [
        n for n in names if callable(getattr(found, n)) and getattr(found, n).__module__.startswith(module)
    ]
    assert [name for name in functions if library.find(f"{module}.{name}") is None] == []
