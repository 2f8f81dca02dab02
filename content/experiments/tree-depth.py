"""A million instances on two sides of a line: how deep do Decision Trees grow, with and without noise?"""

import numpy as np
from sklearn.tree import DecisionTreeClassifier

M = 1_000_000

rng = np.random.default_rng(0)
X = rng.random((M, 2), dtype=np.float32)
clean = X.sum(axis=1) > 1
noisy = clean ^ (rng.random(M) < 0.01)

tree = DecisionTreeClassifier(random_state=0).fit(X, clean)
print("leaves", tree.get_n_leaves())
print("depth", tree.get_depth())

tree = DecisionTreeClassifier(random_state=0).fit(X, noisy)
print("leaves-noisy", tree.get_n_leaves())
print("depth-noisy", tree.get_depth())
