"""Labels of pure chance: what accuracy do features give that were selected before or within cross-validation?"""

import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

REPEATS = 8

before, within, scaler_before, scaler_within = [], [], [], []
for seed in range(REPEATS):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((100, 2000))
    y = rng.permutation(np.repeat([0, 1], 50))
    select, model = SelectKBest(k=20), LogisticRegression()
    before.append(cross_val_score(model, select.fit_transform(X, y), y).mean())
    within.append(cross_val_score(make_pipeline(select, model), X, y).mean())
    few = X[:, :20]
    scaler_before.append(cross_val_score(model, StandardScaler().fit_transform(few), y).mean())
    scaler_within.append(cross_val_score(make_pipeline(StandardScaler(), model), few, y).mean())

print("before", 100 * np.mean(before))
print("within", 100 * np.mean(within))
print("scaler-before", 100 * np.mean(scaler_before))
print("scaler-within", 100 * np.mean(scaler_within))
