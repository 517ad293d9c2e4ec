"""What models of torch, keras and others need. Nothing is executed: they are too large to install for it."""

from __future__ import annotations

import pytest

from notelift.queries.slicing import slice_targets
from notelift.queries.targets import parse_target
from tests.properties.executing import library, timeline

X = "x = torch.arange(4.0).requires_grad_()"
NET = """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)
    def forward(self, x):
        return self.layer(x)
""".strip()
# Lines of a cell each, where those of the target's slice end in `#`; the target is `m`.
CASES = {
    "a power": (X + " #", "y = x ** 2 #", "y.backward() #", "m = x.grad #"),
    "of no name": (X + " #", "(2 * x).sum().backward() #", "m = x.grad #"),
    "a constant in between": (
        X + " #",
        "u = x.detach() #",
        "z = u * x #",
        "z.sum().backward() #",
        "m = x.grad #",
    ),
    "a change before the gradient": (
        X + " #",
        "y = (2 * x).sum() #",
        "with torch.no_grad(): x.add_(1) #",
        "y.backward() #",
        "m = x #",
    ),
    "negated": (X + " #", "y = -x.mean() #", "y.backward() #", "m = x.grad #"),
    "added up": (X + " #", "y = torch.zeros(1) #", "y += x.sum() #", "y.backward() #", "m = x.grad #"),
    "a sum of a list": (
        X + " #",
        "ls = [(x * k).sum() for k in range(3)] #",
        "sum(ls).backward() #",
        "m = x.grad #",
    ),
    "a library that is not known": (
        X + " #",
        "loss = lib.loss(x, 1) * 2 #",
        "loss.backward() #",
        "m = x.grad #",
    ),
    "what was computed before stays": (X + " #", "y = x.detach() + 1 #", "x.data.mul_(5)", "m = y.sum() #"),
    "a gradient of others": (X + " #", "w = torch.ones(1).requires_grad_()", "w.backward()", "m = x.sum() #"),
    "a hook": (
        "net = torch.nn.Linear(2, 1) #",
        "m = [] #",
        "net.register_forward_hook(lambda a, b, c: m.append(c)) #",
        "net(torch.zeros(1, 2)) #",
    ),
    "a hook of a layer": (
        NET + " #",
        "net = Net() #",
        "m = [] #",
        "net.layer.register_forward_hook(lambda a, b, c: m.append(c)) #",
        "out = net(torch.zeros(1, 2)) #",
    ),
    "layers of a slice": (
        "from tensorflow import keras #",
        "base = keras.applications.VGG16() #",
        "for layer in base.layers[:2]: layer.set_weights([1]) #",
        "for layer in reversed(base.layers): layer.trainable = False #",
        "for number, layer in enumerate(base.layers): layer.trainable = number > 3 #",
        "n = len(base.layers)",
        "m = base.predict([[1]]) #",
    ),
    "an environment that is reset": (
        "import gymnasium as gym #",
        "env = gym.make('CartPole-v1') #",
        "first, _ = env.reset(seed=1) #",
        "m = env.step(0) #",
    ),
    "what a callback records": (
        "import lightgbm as lgb #",
        "data = lgb.Dataset([[1]], label=[1]) #",
        "m = {} #",
        "lgb.train({}, data, valid_sets=[data], callbacks=[lgb.record_evaluation(m)]) #",
    ),
    "a function of Spark": (
        "from pyspark.sql import SparkSession #",
        "spark = SparkSession.builder.getOrCreate() #",
        "spark.udf.register('f', lambda v: v + 1) #",
        "m = spark.sql('select f(1)').collect() #",
    ),
    "a hook of a gradient": (
        X + " #",
        "m = [] #",
        "x.register_hook(lambda g: m.append(g)) #",
        "(x * 2).sum().backward() #",
    ),
}


@pytest.mark.parametrize("lines", CASES.values(), ids=CASES.keys())
def test_what_a_value_needs_is_kept(lines: tuple[str, ...]) -> None:
    cells = ("import torch", *(line.removesuffix(" #") for line in lines))
    kept = slice_targets(timeline(cells), [parse_target("m")], library())
    runs = {each.statement.site.run for each in kept.statements}
    assert runs - {0} == {number for number, line in enumerate(lines, 1) if line.endswith(" #")}
