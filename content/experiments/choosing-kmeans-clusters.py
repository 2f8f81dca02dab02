"""Handwritten digits, ten classes: at which numbers of clusters do the silhouette score and the elbow point?"""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.metrics import silhouette_score

X, _ = load_digits(return_X_y=True)
counts = list(range(4, 25))
models = [KMeans(k, n_init=5, random_state=0).fit(X) for k in counts]
scores = [silhouette_score(X, model.labels_) for model in models]
inertia = np.array([model.inertia_ for model in models])
drops = 100 * (1 - inertia[1:] / inertia[:-1])

print("peak", counts[int(np.argmax(scores))])
print("score-peak", max(scores))
print("score-10", scores[counts.index(10)])
print("drop-before-10", drops[counts.index(9)])
print("drop-after-10", drops[counts.index(10)])
