"""Labels by the toss of a coin, 500 random models: how good does the one look that does best on the test set?"""

import numpy as np

rng = np.random.default_rng(0)
MODELS, M, RUNS = 500, 200, 20

best, fresh = [], []
for _ in range(RUNS):
    right = rng.random((MODELS, 2 * M)) < 0.5
    winner = right[:, :M].mean(axis=1).argmax()
    best.append(100 * right[winner, :M].mean())
    fresh.append(100 * right[winner, M:].mean())
print("best", np.mean(best))
print("fresh", np.mean(fresh))
