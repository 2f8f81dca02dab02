"""Precision: that of all instances, and the mean of the batches, by their size."""

import numpy as np

rng = np.random.default_rng(0)
y = rng.random(100_096) < 0.1
predicted = y + 0.6 * rng.normal(size=len(y)) > 1


def precision(y, predicted):
    """Return the precision in percent, 0 if there are no positive predictions, as Keras does."""
    return 100 * (y & predicted).sum() / max(predicted.sum(), 1)


print("all", precision(y, predicted))
for size in (8, 32, 256):
    batches = (slice(i, i + size) for i in range(0, len(y), size))
    print(f"batch-{size}", np.mean([precision(y[batch], predicted[batch]) for batch in batches]))
