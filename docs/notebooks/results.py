# %% [markdown]
# # Results in a notebook
#
# What the program's answers look like in Jupyter, and how to take them into pandas, polars or xarray. This notebook is written as
# `docs/notebooks/results.py` and executed by `python -m scripts.notebook`; it needs `pip install 'roadworthy[notebook]'`.
# Take it with you: [results.ipynb](results.ipynb).

# %% [markdown]
# ## A vehicle, and what the law says of it
#
# Every value carries its source and a mark for how sure it is.

# %%
from roadworthy.vehicles import find

kei = find("honda_nbox_jf5")
kei

# %%
from roadworthy.rules import judge

(verdict,) = judge(kei, law_date="2026-11-22")
verdict

# %% [markdown]
# ## A study and its answer
#
# 32 draws, so that it takes seconds; a study of your own has a thousand.

# %%
from roadworthy.study import answer, load

study = load("kei-urban", draws=32)
study

# %%
summary, results = answer(study)
results

# %% [markdown]
# ## One Outcome
#
# What one draw under one reform is made of, as differences from today's law.

# %%
outcome = results.one("kei-urban", draw=0)
outcome

# %% [markdown]
# ## pandas, polars, xarray
#
# Axes have names and labels, quantities have units.

# %%
outcome.to_pandas("deaths").loc["import"].unstack("party").head()

# %%
import polars as pl

deaths = results.to_polars("deaths")
deaths.filter(pl.col("reform") == "kei-urban", pl.col("route") == "import", pl.col("sale_year") == 10).group_by(
    "party", maintain_order=True
).agg(pl.col("deaths").median().alias("middle of the draws"), pl.col("deaths").max().alias("largest"))

# %%
data = results.to_xarray()
data.net_usd.sel(reform="kei-urban", route="import").quantile([0.1, 0.5, 0.9], dim="draw") / 1e6

# %%
print(data.net_usd.attrs["units"], data.net_usd.dims)

# %% [markdown]
# ## A chart
#
# The figures of the report, each with its sentence, its rows and its Vega-Lite specification.

# %%
from roadworthy.report import charts

figures = charts(summary)
figures["waterfall"]
