"""Patients with ten visits each: which error do splits by visit and by patient give, and which is true of new ones?"""

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import GroupKFold, KFold, cross_val_score

PATIENTS, VISITS = 200, 10


def visits(rng, patients):
    """Return features, targets and patients: each has five lasting features, and a level that they hardly explain."""
    patient = np.repeat(np.arange(patients), VISITS)
    lasting = rng.standard_normal((patients, 5))
    level = lasting[:, 0] + 2 * rng.standard_normal(patients)
    X = np.column_stack([lasting[patient], rng.standard_normal((len(patient), 5))])
    return X, level[patient] + X[:, 5] + rng.standard_normal(len(patient)), patient


def error(splits, groups=None):
    """Return the cross-validated RMSE."""
    return -cross_val_score(model, X, y, groups=groups, cv=splits, scoring="neg_root_mean_squared_error").mean()


rng = np.random.default_rng(0)
model = RandomForestRegressor(100, max_features=0.5, random_state=0)
X, y, patient = visits(rng, PATIENTS)
X_new, y_new, _ = visits(rng, 1000)

print("by-visit", error(KFold(5, shuffle=True, random_state=0)))
print("by-patient", error(GroupKFold(5), patient))
print("new-patients", root_mean_squared_error(y_new, model.fit(X, y).predict(X_new)))
