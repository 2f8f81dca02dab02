"""100 features of which 5 matter, 80 instances: what do plain Linear Regression, Ridge and Lasso make of them?"""

import numpy as np
from sklearn.linear_model import LassoCV, LinearRegression, RidgeCV

rows = []
for seed in range(10):
    rng = np.random.default_rng(seed)
    weights = np.r_[3.0, -2.0, 2.0, 1.5, -1.5, np.zeros(95)]
    X = rng.normal(size=(1080, 100))
    y = X @ weights + rng.normal(size=1080)
    plain = LinearRegression().fit(X[:80], y[:80])
    ridge = RidgeCV(np.logspace(-3, 3, 20)).fit(X[:80], y[:80])
    lasso = LassoCV(random_state=0).fit(X[:80], y[:80])
    errors = [np.sqrt(np.mean((model.predict(X[80:]) - y[80:]) ** 2)) for model in (plain, ridge, lasso)]
    rows.append([*errors, np.sum(ridge.coef_ != 0), np.sum(lasso.coef_ != 0)])

means = np.mean(rows, axis=0)
print("plain", means[0])
print("ridge", means[1])
print("lasso", means[2])
print("weights-ridge", means[3])
print("weights-lasso", means[4])
