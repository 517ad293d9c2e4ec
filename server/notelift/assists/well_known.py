"""The imports that notebooks write alike, as data: what a name means that nobody has bound."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from functools import cache

_IMPORTS = """
import altair as alt
import bokeh
import cv2
import dask
import dask.dataframe as dd
import datetime as dt
import geopandas as gpd
import jax
import jax.numpy as jnp
import joblib
import lightgbm as lgb
import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.gridspec as gridspec
import matplotlib.pyplot as plt
import matplotlib.ticker as mticker
import missingno as msno
import networkx as nx
import nltk
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.figure_factory as ff
import plotly.graph_objects as go
import plotly.io as pio
import polars as pl
import pyarrow as pa
import requests
import scipy
import scipy.stats as stats
import seaborn as sns
import sklearn
import spacy
import statsmodels.api as sm
import statsmodels.formula.api as smf
import sympy as sp
import tensorflow as tf
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import torchvision
import xarray as xr
import xgboost as xgb
from bs4 import BeautifulSoup
from collections import Counter
from collections import OrderedDict
from collections import defaultdict
from collections import deque
from collections import namedtuple
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from functools import partial
from IPython.display import HTML
from IPython.display import Image
from IPython.display import Markdown
from IPython.display import clear_output
from IPython.display import display_html
from itertools import product
from pathlib import Path
from pprint import pprint
from scipy.stats import norm
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.metrics import classification_report
from sklearn.metrics import confusion_matrix
from sklearn.metrics import f1_score
from sklearn.metrics import mean_absolute_error
from sklearn.metrics import mean_squared_error
from sklearn.metrics import r2_score
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.model_selection import KFold
from sklearn.model_selection import StratifiedKFold
from sklearn.model_selection import cross_val_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder
from sklearn.preprocessing import MinMaxScaler
from sklearn.preprocessing import OneHotEncoder
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree import DecisionTreeRegressor
from time import sleep
from torch.utils.data import DataLoader
from torch.utils.data import Dataset
from tqdm import tqdm
"""


@cache
def _by_name() -> Mapping[str, str]:
    found = {}
    for line in _IMPORTS.strip().split("\n"):
        node = ast.parse(line).body[0]
        assert isinstance(node, (ast.Import, ast.ImportFrom))
        alias = node.names[0]
        found[alias.asname or alias.name] = line
    return found


def import_of(name: str) -> str:
    """Return the import that binds a name as most notebooks have it, "" where there is no custom."""
    return _by_name().get(name, "")


def is_standard(name: str) -> bool:
    """Whether a module of the standard library has the name."""
    return name in sys.stdlib_module_names
