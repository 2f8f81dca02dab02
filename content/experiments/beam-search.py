"""Random chains of words: how often does beam search find the most likely sentence?"""

import numpy as np

WORDS, LENGTH, RUNS = 20, 8, 500


def beam(start, then, width):
    """Return the logarithm of the probability of the best sentence that a beam of this width finds."""
    scores, last = start, np.arange(WORDS)
    for _ in range(LENGTH - 1):
        kept = np.argsort(-scores)[:width]
        longer = (scores[kept, None] + then[last[kept]]).ravel()
        scores, last = longer, np.tile(np.arange(WORDS), len(kept))
    return scores.max()


def most_likely(start, then):
    """Return the same for the most likely sentence of all."""
    scores = start
    for _ in range(LENGTH - 1):
        scores = (scores[:, None] + then).max(axis=0)
    return scores.max()


found = {1: 0, 3: 0, 10: 0}
for seed in range(RUNS):
    rng = np.random.default_rng(seed)
    start, then = np.log(rng.dirichlet(np.full(WORDS, 0.3))), np.log(rng.dirichlet(np.full(WORDS, 0.3), WORDS))
    for width in found:
        found[width] += beam(start, then, width) >= most_likely(start, then) - 1e-9
print("greedy", 100 * found[1] / RUNS)
print("beam-3", 100 * found[3] / RUNS)
print("beam-10", 100 * found[10] / RUNS)
