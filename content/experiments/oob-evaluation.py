"""How near is the out-of-bag score of a bagging ensemble to its score on a large test set?"""

import numpy as np
from sklearn.datasets import make_moons
from sklearn.ensemble import BaggingClassifier
from sklearn.tree import DecisionTreeClassifier

X_test, y_test = make_moons(20_000, noise=0.35, random_state=99)
rows = []
for seed in range(10):
    X, y = make_moons(500, noise=0.35, random_state=seed)
    model = BaggingClassifier(DecisionTreeClassifier(), 300, oob_score=True, random_state=seed).fit(X, y)
    rows.append((100 * model.oob_score_, 100 * model.score(X_test, y_test)))

oob, test = np.transpose(rows)
print("oob", oob.mean())
print("test", test.mean())
print("off", np.abs(oob - test).mean())
