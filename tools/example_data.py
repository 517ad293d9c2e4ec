"""Writes the data of the notebooks in `examples/`. All of it is invented; the same on every run.

python tools/example_data.py
"""

from __future__ import annotations

import csv
import datetime
import json
import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write `rows` under `header` to `path`, whose folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def customers() -> None:
    """Customers of a telephone company, and whether they left; some fields are missing."""
    draw = random.Random(11)
    header = ["customer", "plan", "region", "months", "monthly", "calls_to_support", "data_gb", "churned"]
    rows = []
    for number in range(600):
        plan = draw.choices(["basic", "plus", "family"], [5, 3, 2])[0]
        months = draw.randint(1, 72)
        monthly = round({"basic": 12, "plus": 22, "family": 38}[plan] + draw.gauss(0, 3), 2)
        calls = min(9, int(draw.expovariate(0.7)))
        data = round(draw.lognormvariate(1.6, 0.6), 1)
        pull = -1.4 + 0.55 * calls - 0.045 * months + 0.035 * monthly + (0.5 if plan == "basic" else 0)
        churned = draw.random() < 1 / (1 + math.exp(-pull))
        rows.append(
            [
                f"C{number:04d}",
                plan,
                draw.choice(["north", "south", "east", "west"]),
                months,
                "" if draw.random() < 0.04 else monthly,
                calls,
                "" if draw.random() < 0.06 else data,
                int(churned),
            ]
        )
    write_csv(EXAMPLES / "churn/customers.csv", header, rows)


def orders() -> None:
    """A year of orders of a shop for tea, and the targets of its regions."""
    draw = random.Random(23)
    first = datetime.date(2025, 1, 1)
    prices = {"green tea": 6.5, "black tea": 5.2, "oolong": 9.8, "teapot": 34.0, "cups": 18.5}
    rows = []
    for number in range(900):
        day = first + datetime.timedelta(days=draw.randrange(365))
        product = draw.choices(list(prices), [6, 8, 3, 1, 2])[0]
        season = 1.4 if day.month in (11, 12) else 1.0
        quantity = max(1, int(draw.expovariate(0.45) * season))
        price = round(prices[product] * draw.choice([1, 1, 1, 0.9]), 2)
        region = draw.choices(["North", "South", "East", "West"], [4, 3, 2, 2])[0]
        rows.append([10_000 + number, day.isoformat(), region, product, quantity, price])
    rows += rows[40:52]
    rows.sort(key=lambda row: (row[1], row[0]))
    header = ["order", "date", "region", "product", "quantity", "price"]
    write_csv(EXAMPLES / "sales-report/orders.csv", header, rows)
    targets = {"North": 6500, "South": 5600, "East": 3200, "West": 3000}
    text = json.dumps({"year": 2025, "targets": targets}, indent=2)
    (EXAMPLES / "sales-report/targets.json").write_text(text + "\n", encoding="utf-8")


def readings() -> None:
    """Temperatures of three sensors in a greenhouse, with a few that cannot be true."""
    draw = random.Random(5)
    start = datetime.datetime(2026, 5, 4)
    rows = []
    for hour in range(240):
        when = start + datetime.timedelta(hours=hour)
        for sensor, bias in (("door", -2.5), ("bench", 0.0), ("roof", 3.5)):
            warm = 18 + bias + 7 * math.sin((hour % 24 - 8) / 24 * 2 * math.pi) + draw.gauss(0, 1.2)
            broken = draw.random()
            value = 85.0 if broken < 0.01 else -127.0 if broken < 0.02 else round(warm, 2)
            rows.append([when.isoformat(sep=" ", timespec="minutes"), sensor, value])
    write_csv(EXAMPLES / "out-of-order/readings.csv", ["time", "sensor", "celsius"], rows)


def rides() -> None:
    """Rides on hired bicycles, badly typed in places, and the stations."""
    draw = random.Random(42)
    start = datetime.datetime(2026, 3, 1, 6)
    stations = {"S1": "Harbour", "S2": "Old Town", "S3": "University", "S4": "Station", "S5": "Park"}
    rows = []
    for number in range(450):
        when = start + datetime.timedelta(minutes=draw.randrange(31 * 24 * 60))
        minutes = max(1, round(draw.gammavariate(2.2, 8)))
        km = round(minutes / 60 * draw.gauss(14, 2.5), 2)
        user = draw.choice(["member", "member", "Member ", "casual", "CASUAL"])
        origin, goal = draw.choices(list(stations), k=2)
        rows.append(
            [number, when.isoformat(sep=" "), origin, goal, user, "" if draw.random() < 0.03 else minutes, km]
        )
    header = ["ride", "started", "from", "to", "user", "minutes", "km"]
    write_csv(EXAMPLES / "messy/rides.csv", header, rows)
    listed = [
        {"id": key, "name": name, "docks": 8 + 4 * place}
        for place, (key, name) in enumerate(stations.items())
    ]
    text = json.dumps(listed, indent=2)
    (EXAMPLES / "messy/stations.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    customers()
    orders()
    readings()
    rides()
